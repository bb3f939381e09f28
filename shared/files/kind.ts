/** Which of the two files a text is, by what stands in it. */
import { FileReader } from './field.ts';

/** `plant`, `rules`, or undefined where the text has the keys of neither. */
export function kindOfFile(text: string): 'plant' | 'rules' | undefined {
  const reader = new FileReader(text, '');
  const map = reader.root && reader.mapping(reader.root, 'a file');
  if (!map) return undefined;
  if (map.has('rules')) return 'rules';
  return ['customers', 'models', 'machines'].some((key) => map.has(key)) ? 'plant' : undefined;
}
