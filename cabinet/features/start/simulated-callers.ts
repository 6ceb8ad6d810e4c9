/** Who answers a simulated line, by the number's last four digits. */
export const SIMULATED_CALLERS: readonly { readonly digits: string; readonly who: string }[] = [
  { digits: '0001', who: 'заинтересован' },
  { digits: '0002', who: 'не заинтересован' },
  { digits: '0003', who: 'просит перезвонить' },
  { digits: '0004', who: 'отвечает нейтрально' },
  { digits: '0005', who: 'молчит' },
  { digits: '0006', who: 'бросает трубку на полуслове' },
  { digits: '0007', who: 'говорит долго' },
  { digits: '0404', who: 'нет такого номера' },
  { digits: '0480', who: 'не берёт трубку' },
  { digits: '0486', who: 'занято' },
  { digits: '0503', who: 'ошибка на линии' },
];

/** A number that reaches this caller, as the field shows it. */
export function simulatedPhone(digits: string): string {
  return `+7 999 000-${digits.slice(0, 2)}-${digits.slice(2)}`;
}
