/** Plant and rulebook as YAML for export: what is read back is what was written. */
import { Document, isMap, isSeq, visit } from 'yaml';
import type { Plant } from '../model/plant.ts';
import type { Rulebook } from '../model/rule.ts';

export function toYaml(plant: Plant): string {
  return write(plant);
}

export function rulebookToYaml(rulebook: Rulebook): string {
  return write(rulebook);
}

/** Small maps and lists stand on one line, as people write them. */
const FLOW_WIDTH = 110;

function write(content: Plant | Rulebook): string {
  const document = new Document(content, { aliasDuplicateObjects: false });
  visit(document, {
    Collection(_, node, ancestors) {
      if (ancestors.length < 4) return undefined;
      if ((!isMap(node) && !isSeq(node)) || JSON.stringify(node).length > FLOW_WIDTH) return undefined;
      node.flow = true;
      return visit.SKIP;
    },
  });
  visit(document, {
    // YAML 1.1 would read these words as true and false.
    Scalar(_, node) {
      if (/^(on|off|yes|no)$/i.test(String(node.value))) node.type = 'QUOTE_SINGLE';
    },
  });
  return document.toString({ lineWidth: 120, flowCollectionPadding: true });
}
