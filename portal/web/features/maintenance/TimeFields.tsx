import { NumberInput, Select, TextInput } from '@mantine/core';
import { useTexts } from '#portal/web/i18n/i18n.ts';
import { useZoneName } from '#portal/web/ui/format/Zone.tsx';
import { type PlanDraft, UNITS } from './plan.ts';
import classes from './maintenance.module.css';

export interface FieldsProps {
  readonly draft: PlanDraft;
  readonly onChange: (part: Partial<PlanDraft>) => void;
}

/** When it begins and how long it lasts. */
export function TimeFields({ draft, onChange }: FieldsProps) {
  const { t } = useTexts();
  const zoneName = useZoneName();
  return (
    <div className={classes.fields}>
      <TextInput
        type="datetime-local"
        label={t('service.maintenance.start', { zone: zoneName })}
        value={draft.start}
        onChange={(event) => onChange({ start: event.currentTarget.value })}
        required
        withAsterisk={false}
      />
      <NumberInput
        label={t('service.maintenance.duration')}
        value={draft.duration}
        onChange={(duration) => onChange({ duration })}
        min={1}
        allowDecimal={false}
        allowNegative={false}
      />
      <Select
        label={t('service.maintenance.unit')}
        data={UNITS.map((value) => ({ value, label: t(`service.maintenance.units.${value}`) }))}
        value={draft.unit}
        onChange={(value) => onChange({ unit: UNITS.find((each) => each === value) ?? 'h' })}
        allowDeselect={false}
      />
    </div>
  );
}
