import type { LineBook } from './line-book.ts';
import type { Product } from './product.ts';

function self({ operatorName, company }: Product): string | undefined {
  if (operatorName !== undefined && company !== undefined) return `this is ${operatorName} from ${company}`;
  const name = operatorName ?? company;
  return name === undefined ? undefined : `this is ${name}`;
}

function about({ demo, offer }: Product): string {
  if (demo) return 'we help businesses not to lose their calls';
  if (offer === undefined) return 'we have a short offer for you';
  return /^we /.test(offer) ? offer : `it is about ${offer}`;
}

const capital = (text: string) => text.charAt(0).toUpperCase() + text.slice(1);

export const ENGLISH: LineBook = {
  statements: {
    greet: [
      ({ product }) =>
        product.demo
          ? 'Hello, this is HALO, calling about a voice assistant for business.'
          : `Hello, ${self(product) ?? about(product)}.`,
      ({ product }) =>
        product.demo
          ? 'Hello, HALO is calling, we help businesses not to lose their calls.'
          : `Hello, ${self(product) ?? 'I am calling with a short offer'}, this will take a minute.`,
    ],
    pitch: [
      ({ product }) =>
        product.demo
          ? 'Our assistant answers your calls and rings your customers itself, day and night.'
          : `${capital(about(product))}.`,
      ({ product }) =>
        product.demo
          ? 'HALO takes your incoming calls and rings your customers for you, around the clock.'
          : `In short, ${about(product)}.`,
    ],
    who: [
      ({ product }) => {
        const name = product.company ?? product.operatorName;
        return name === undefined ? `${capital(about(product))}.` : `This is ${name}, ${about(product)}.`;
      },
      ({ product }) => {
        const name = self(product);
        return name === undefined
          ? `A business call, ${about(product)}.`
          : `${capital(name)}, ${about(product)}.`;
      },
    ],
    how: [
      ({ product }) =>
        product.demo
          ? 'The assistant holds the conversation, and you get the result and the recording.'
          : `${capital(about(product))}, and the details are easier to read in a message.`,
      ({ product }) =>
        product.demo
          ? 'After every call you see who is interested and who should be called back.'
          : 'There are several options, so a message is the easiest way to read them.',
    ],
    robot: [
      ({ product }) =>
        `${capital(self(product) ?? 'this is a business call')}, and I can answer questions about the offer right now.`,
      ({ product }) => `This is a business call, ${about(product)}.`,
    ],
    number: [
      () => 'Your number was given to us for this call only, and at your word we will not call again.',
      () => 'Your number is in the request for this call, and at your word it will be removed.',
    ],
    price: [
      ({ product }) =>
        product.demo
          ? 'The price depends on the number of calls, and the trial is free.'
          : product.price === undefined
            ? 'It is better to send you the exact price in a message.'
            : `The price is ${product.price}.`,
      ({ product }) =>
        product.demo
          ? 'It depends on how many calls you have, and you can start with a free trial.'
          : product.price === undefined
            ? 'I would not like to get the price wrong, it will be in the message.'
            : `It costs ${product.price}.`,
    ],
    trial: [
      ({ product }) =>
        product.demo
          ? 'Yes, you can try it for free first.'
          : product.free
            ? 'Yes, there is a free option, the terms will be in the message.'
            : 'We will check about a trial and write to you in a message.',
    ],
    great: [
      ({ product }) =>
        product.demo ? 'Great, you can start with a free trial.' : 'Great, thank you for your interest.',
      ({ product }) =>
        product.demo ? 'Wonderful, you can try it for free.' : 'Wonderful, there is more to tell.',
    ],
    sendOk: [
      () => 'Good, we will send the details in a message right after the call.',
      () => 'Great, the details will come in a message right after this call.',
    ],
    busy: [() => 'I understand, I will not keep you.', () => 'Of course, not now then.'],
    okLater: [() => 'All right, another time then.', () => 'Of course, later is fine.'],
    laterWhen: [
      ({ when }) => `All right, we will call you back ${when}.`,
      ({ when }) => `Agreed, we will call ${when}.`,
    ],
    laterNoWhen: [
      () => 'All right, we will call you back later.',
      () => 'I understand, we will call another time.',
    ],
    selfCall: [() => 'All right, we will wait for your call.'],
    refused: [
      () => 'I understand, thank you for answering.',
      () => 'All right, I will not insist, thank you for telling me.',
      () => 'I see, thank you for being frank.',
    ],
    stop: [
      () => 'All right, we will not call you again, sorry for the trouble.',
      () => 'I understand, we will not disturb you again, sorry.',
    ],
    wrong: [() => 'Sorry to disturb you, it seems that the number is wrong.'],
    doubt: [() => 'I understand, there is no hurry.', () => 'Of course, take your time.'],
    doubtAgain: [
      () => 'All right, it is up to you, thank you for listening.',
      () => 'I understand, I will not insist, thank you for your time.',
    ],
    expensive: [
      ({ product }) =>
        product.demo
          ? 'I understand, that is why you can start for free.'
          : 'I understand, the exact price will be in the message.',
    ],
    have: [() => 'I see, then our offer may be useful to compare with.'],
    offTopic: [
      () => 'I am afraid I cannot help with that, let us come back to our offer.',
      () => 'I have nothing to say about that, I am calling about something else.',
    ],
    wait: [() => 'Yes, of course, I will wait.'],
    goOn: [() => 'Yes, I am listening.', () => 'I see.', () => 'Yes, please go on.'],
    listen: [() => 'Yes, please ask.'],
    welcome: [() => 'You are welcome.', () => 'Not at all.'],
    here: [() => 'Yes, I am here.', () => 'Yes, I can hear you.'],
    unclear: [() => 'Sorry, I can hardly hear you.', () => 'Sorry, I did not get that.'],
    unclearAgain: [() => 'Sorry, the line is breaking up.'],
    noSound: [
      () => 'I am afraid I cannot hear you, we will try another time.',
      () => 'The line seems to be bad, we will try another time.',
    ],
    byeInterested: [
      () => 'Thank you for talking to us, the details will come in a message.',
      () => 'Thank you for your interest, we will send the details in a message.',
    ],
    byeLater: [
      ({ when }) =>
        when === '' ? 'Thank you, we will call you back later.' : `Thank you, we will call ${when}.`,
    ],
    byeNeutral: [() => 'Thank you for talking to us.', () => 'Thank you for your time.'],
  },
  questions: {
    convenient: ['Is this a good time to talk?', 'Do you have a minute to talk?', 'Can you talk right now?'],
    interest: [
      'Would that interest you?',
      'Does that sound interesting to you?',
      'Could that be useful to you?',
    ],
    send: [
      'Shall we send you the details in a message?',
      'Would you like to have the details in a message?',
      'May we send you the terms in a message?',
    ],
    when: [
      'When would be a good time to call you back?',
      'When should we call you back?',
      'What time would suit you better?',
    ],
    anything: [
      'Do you have any other questions?',
      'Is there anything else you would like to know?',
      'Any other questions?',
    ],
  },
  sayAgain: ['Could you say that again?', 'Could you repeat that, please?'],
  farewells: ['All the best, goodbye!', 'Have a nice day, goodbye!', 'Goodbye, and all the best!'],
};
