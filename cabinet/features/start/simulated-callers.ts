import { msg } from '@lit/localize';

/** Who answers a simulated line, by the number's last four digits. */
export const simulatedCallers = (): readonly { readonly digits: string; readonly who: string }[] => [
  { digits: '0001', who: msg('заинтересован') },
  { digits: '0002', who: msg('не заинтересован') },
  { digits: '0003', who: msg('просит перезвонить') },
  { digits: '0004', who: msg('отвечает нейтрально') },
  { digits: '0005', who: msg('молчит') },
  { digits: '0006', who: msg('бросает трубку на полуслове') },
  { digits: '0007', who: msg('говорит долго') },
  { digits: '0404', who: msg('нет такого номера') },
  { digits: '0480', who: msg('не берёт трубку') },
  { digits: '0486', who: msg('занято') },
  { digits: '0503', who: msg('ошибка на линии') },
];

/** A number that reaches this caller, as the field shows it. */
export function simulatedPhone(digits: string): string {
  return `+7 999 000-${digits.slice(0, 2)}-${digits.slice(2)}`;
}
