/** Cases about a machine's data lie beside those about its parts, so that neither absorbs the alarms of the other. */
import type { Text } from './text.ts';

/** Their component: no id, so that no plant has it. */
export const DATA_COMPONENT = '~data';
export const DATA_COMPONENT_NAME: Text = { de: 'Datenanbindung', en: 'Data connection' };
