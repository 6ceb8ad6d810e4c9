/** D6: `+79161231234` → `+7 9XX XXX-12-34`. Digits of the number itself are kept only where the document keeps them. */
export function maskedPhone(phone: string): string {
  const digits = phone.replace(/\D/g, '').slice(-10);
  if (digits.length < 10) return '+7 XXX XXX-XX-XX';
  return `+7 ${digits[0]}XX XXX-${digits.slice(6, 8)}-${digits.slice(8)}`;
}
