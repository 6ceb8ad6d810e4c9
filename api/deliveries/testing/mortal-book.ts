import type { MortalLife } from '../../testing/mortal-life.ts';
import type { DeliveryBook } from '../delivery-book.ts';

/** The book in the hands of a process that may die before and after each entry. */
export function mortalBook(book: DeliveryBook, { around }: Pick<MortalLife, 'around'>): DeliveryBook {
  return {
    open: around((...args: Parameters<DeliveryBook['open']>) => book.open(...args)),
    begin: around((...args: Parameters<DeliveryBook['begin']>) => book.begin(...args)),
    settle: around((...args: Parameters<DeliveryBook['settle']>) => book.settle(...args)),
    find: (slot) => book.find(slot),
  };
}
