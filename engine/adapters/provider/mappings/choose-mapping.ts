import type { ProviderConfig } from '../../../contract/provider-config.ts';
import { mangoMapping } from './mango.ts';
import type { CallbackMapping } from './mapping.ts';
import { unifiedMapping } from './unified.ts';
import { voximplantMapping } from './voximplant.ts';
import { zadarmaMapping } from './zadarma.ts';

export function chooseMapping(config: ProviderConfig): CallbackMapping {
  switch (config.mapping) {
    case 'unified':
      return unifiedMapping(config);
    case 'voximplant':
      return voximplantMapping(config);
    case 'zadarma':
      return zadarmaMapping(config);
    case 'mango':
      return mangoMapping(config);
  }
}
