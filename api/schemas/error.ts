import Type, { type Static } from 'typebox';
import { exact } from './exact.ts';

/** The one shape of every error of the API. */
export const ErrorBody = exact(
  {
    error: exact({
      code: Type.String({ description: 'Код для программы.', examples: ['INVALID_PHONE'] }),
      message: Type.String({
        description: 'Текст для человека: что не так и что сделать.',
        examples: ['Номер телефона не подходит: нужно +7 и ещё 10 цифр, например +79161234567.'],
      }),
    }),
  },
  { description: 'Ошибка.' },
);
export type ErrorBody = Static<typeof ErrorBody>;
