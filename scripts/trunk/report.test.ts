import { expect, it } from 'vitest';
import { discreet, discreetReport, stepLines, verdict, type TrunkReport } from './report.ts';

const REPORT: TrunkReport = {
  trunk: 'main',
  ok: false,
  steps: [
    { step: 'dns', status: 'ok', ms: 3.4, detail: 'a → 203.0.113.7', diagnoses: [] },
    {
      step: 'call',
      status: 'fail',
      ms: 120,
      detail: 'SIP 404',
      diagnoses: [{ code: 'sip-404', what: 'нет номера +79161234567', change: ['пароль s3cret-word'] }],
    },
  ],
};

it('shows a step with its time, what is wrong and what to change', () => {
  expect(REPORT.steps.flatMap(stepLines)).toEqual([
    '  ✓ DNS           3 мс  a → 203.0.113.7',
    '  ✗ Вызов       120 мс  SIP 404',
    '      нет номера +79161234567',
    '      → пароль s3cret-word',
  ]);
  expect(verdict(REPORT)).toContain('есть неполадки');
});

it('hides passwords and numbers but for their last four digits, and leaves addresses', () => {
  expect(discreet('+79161234567 sip:89161234567@203.0.113.77:5060 20000-20999', undefined)).toBe(
    '+***4567 sip:***4567@203.0.113.77:5060 20000-20999',
  );
  const shown = JSON.stringify(discreetReport(REPORT, 's3cret-word'));
  expect(shown).not.toMatch(/s3cret|9161234567/);
  expect(shown).toContain('+***4567');
});
