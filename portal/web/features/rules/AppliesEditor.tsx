import { MultiSelect } from '@mantine/core';
import { useMemo } from 'react';
import type { PlantAnswer } from '#shared/model/api/rule.ts';
import { textIn } from '#shared/model/text.ts';
import { useTexts } from '#portal/web/i18n/i18n.ts';
import type { Draft } from './draft.ts';
import { machineName } from './plant.ts';
import { partsOf } from './sentence.ts';
import { ChoiceSlot } from './Slots.tsx';
import classes from './sentence.module.css';

interface AppliesProps {
  readonly draft: Draft;
  readonly plant: PlantAnswer;
  readonly onChange: (draft: Draft) => void;
}

const SCOPES = ['everywhere', 'ofModel', 'these'] as const;
/** So many machines are offered at a time; the rest is found by typing. */
const OFFERED = 50;

/** Where the rule holds: everywhere, on one model, or on single machines. */
export function AppliesEditor({ draft, plant, onChange }: AppliesProps) {
  const { t, language } = useTexts();
  const { applies, ...rest } = draft;
  const scope = applies === undefined ? 'everywhere' : 'model' in applies ? 'ofModel' : 'these';
  const choose = (wanted: string): void => {
    if (wanted === scope) return;
    if (wanted === 'everywhere') onChange(rest);
    else onChange({ ...rest, applies: wanted === 'ofModel' ? { model: null } : { machines: [] } });
  };
  return (
    <div className={classes.applies}>
      <span className={classes.words}>
        {partsOf(language, 'applies').map((part) =>
          'text' in part ? (
            <span key={part.text}>{part.text}</span>
          ) : (
            <ChoiceSlot key="scope" label={t('rules.slot.applies')} path="applies" value={scope} onChange={choose}>
              {SCOPES.map((each) => (
                <option key={each} value={each}>
                  {t(`rules.choose.${each}`)}
                </option>
              ))}
            </ChoiceSlot>
          ),
        )}
        {applies && 'model' in applies && (
          <ChoiceSlot
            label={t('rules.slot.model')}
            path="applies.model"
            value={applies.model ?? ''}
            onChange={(model) => onChange({ ...rest, applies: { model } })}
          >
            {applies.model === null && (
              <option value="" disabled>
                {t('rules.choose.modelPick')}
              </option>
            )}
            {applies.model !== null && !plant.models.some(({ id }) => id === applies.model) && (
              <option value={applies.model}>{t('rules.choose.unknown', { id: applies.model })}</option>
            )}
            {plant.models.map(({ id, name }) => (
              <option key={id} value={id}>
                {textIn(name, language, id)}
              </option>
            ))}
          </ChoiceSlot>
        )}
      </span>
      {applies && 'machines' in applies && (
        <Machines
          chosen={applies.machines.flatMap((id) => id ?? [])}
          plant={plant}
          onChange={(machines) => onChange({ ...rest, applies: { machines } })}
        />
      )}
    </div>
  );
}

interface MachinesProps {
  readonly chosen: readonly string[];
  readonly plant: PlantAnswer;
  readonly onChange: (machines: readonly string[]) => void;
}

function Machines({ chosen, plant, onChange }: MachinesProps) {
  const { t, language } = useTexts();
  const data = useMemo(() => {
    const known = plant.machines.map((machine) => {
      const name = machineName(machine, language);
      return { value: machine.id, label: name === machine.id ? name : `${name} (${machine.id})` };
    });
    const ids = new Set(plant.machines.map(({ id }) => id));
    const unknown = chosen.filter((id) => !ids.has(id));
    return [...unknown.map((id) => ({ value: id, label: t('rules.choose.unknown', { id }) })), ...known];
  }, [plant, chosen, language, t]);
  return (
    <MultiSelect
      size="xs"
      className={classes.machines}
      aria-label={t('rules.slot.machines')}
      placeholder={t('rules.choose.machinesPick')}
      nothingFoundMessage={t('rules.choose.machineNone')}
      data={data}
      value={[...chosen]}
      onChange={onChange}
      limit={OFFERED}
      searchable
      hidePickedOptions
    />
  );
}
