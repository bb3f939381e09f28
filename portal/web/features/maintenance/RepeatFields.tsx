import { Chip, Group, NumberInput, Select, TextInput } from '@mantine/core';
import { useId } from 'react';
import { useTexts } from '#portal/web/i18n/i18n.ts';
import { REPEATS } from './plan.ts';
import type { FieldsProps } from './TimeFields.tsx';
import { WEEKDAYS, weekdayName, weekdayOf } from './weekdays.ts';
import classes from './maintenance.module.css';

/** Whether it comes again, how often, on which days, and until when. */
export function RepeatFields({ draft, onChange }: FieldsProps) {
  const { t } = useTexts();
  const { repeat } = draft;
  return (
    <>
      <div className={classes.fields}>
        <Select
          label={t('service.maintenance.repeat')}
          data={REPEATS.map((value) => ({ value, label: t(`service.maintenance.repeats.${value}`) }))}
          value={repeat}
          onChange={(value) => onChange({ repeat: REPEATS.find((each) => each === value) ?? 'once' })}
          allowDeselect={false}
        />
        {repeat !== 'once' && (
          <>
            <NumberInput
              label={t(`service.maintenance.everyUnit.${repeat}`)}
              value={draft.every}
              onChange={(every) => onChange({ every })}
              min={1}
              max={1_000}
              allowDecimal={false}
              allowNegative={false}
            />
            <TextInput
              type="date"
              label={`${t('service.maintenance.until')} (${t('common.optional')})`}
              value={draft.until}
              onChange={(event) => onChange({ until: event.currentTarget.value })}
            />
          </>
        )}
      </div>
      {repeat === 'weekly' && <DayFields draft={draft} onChange={onChange} />}
    </>
  );
}

function DayFields({ draft, onChange }: FieldsProps) {
  const { t, language } = useTexts();
  const label = useId();
  const days = draft.days.length > 0 ? draft.days : [weekdayOf(draft.start)];
  return (
    <div className={classes.choice}>
      <span id={label}>{t('service.maintenance.days')}</span>
      <Chip.Group
        multiple
        value={[...days]}
        onChange={(chosen) => onChange({ days: WEEKDAYS.filter((each) => chosen.includes(each)) })}
      >
        <Group gap={6} role="group" aria-labelledby={label}>
          {WEEKDAYS.map((each) => (
            <Chip key={each} value={each} radius="sm" classNames={{ label: classes.day }}>
              {weekdayName(each, language, 'short')}
            </Chip>
          ))}
        </Group>
      </Chip.Group>
    </div>
  );
}
