import { describe, expect, it } from 'vitest';
import { isFreeLicence, licenceOf } from './debian-copyright.mjs';

const COPYRIGHT = `Format: https://www.debian.org/doc/packaging-manuals/copyright-format/1.0/
Source: somewhere

Files: *
Copyright: Olga
License: LGPL-2.1+

# a remark
Files: data/voices/arina/*
       data/voices/evgeniy-*/*
Copyright: Artem
License: CC-BY-NC-ND-4.0

Files: data/voices/aleksandr-hq/*
Copyright: Artem
License: CC-BY-SA-4.0

License: LGPL-2.1+
 Long text.
`;

describe('licenceOf', () => {
  it.each([
    ['data/voices/anna/voice.info', 'LGPL-2.1+'],
    ['data/voices/arina/voice.info', 'CC-BY-NC-ND-4.0'],
    ['data/voices/evgeniy-rus/24000/dur.pdf', 'CC-BY-NC-ND-4.0'],
    ['data/voices/aleksandr-hq/x', 'CC-BY-SA-4.0'],
    ['data/voices/aleksandr/x', 'LGPL-2.1+'],
  ])('%s is under %s', (path, licence) => {
    expect(licenceOf(COPYRIGHT, path)).toBe(licence);
  });

  it('knows nothing of what is not there', () => {
    expect(licenceOf('', 'data/voices/anna/x')).toBeUndefined();
  });
});

describe('isFreeLicence', () => {
  it.each(['LGPL-2.1+', 'GPL-2+', 'GPL-3', 'CC-BY-SA-4.0', 'CC-BY-4.0', 'public-domain', 'CMU'])(
    '%s: yes',
    (licence) => {
      expect(isFreeLicence(licence)).toBe(true);
    },
  );

  it.each(['CC-BY-NC-ND-4.0', 'CC-BY-NC-SA-4.0', 'CC-BY-ND-4.0', 'Talgat', '', undefined])(
    '%s: no',
    (licence) => {
      expect(isFreeLicence(licence)).toBe(false);
    },
  );
});
