import { Select, TextInput } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { people } from '#portal/web/api/queries.ts';
import { useTexts } from '#portal/web/i18n/i18n.ts';
import { fromWall, toWall } from '#portal/web/ui/format/wall.ts';
import { useZone, useZoneName } from '#portal/web/ui/format/Zone.tsx';
import type { FieldsProps } from './StepDialog.tsx';

const NOBODY = '';

/** Who does what until when. */
export function AssignFields({ item, onDraft }: FieldsProps) {
  const { t } = useTexts();
  const zone = useZone();
  const zoneName = useZoneName();
  const { data } = useQuery(people);
  const [owner, setOwner] = useState(item.owner?.id ?? NOBODY);
  const [nextStep, setNextStep] = useState(item.nextStep ?? '');
  const [due, setDue] = useState(item.dueAt === null ? '' : toWall(Date.parse(item.dueAt), zone));
  useEffect(() => {
    const dueAt = fromWall(due, zone);
    onDraft({
      step: 'assign',
      body: {
        owner: owner === NOBODY ? null : owner,
        nextStep: nextStep.trim(),
        dueAt: dueAt === undefined ? null : new Date(dueAt).toISOString(),
      },
    });
  }, [owner, nextStep, due, zone, onDraft]);
  const known = data?.items.map(({ id, name }) => ({ value: id, label: name })) ?? [];
  const self =
    item.owner && !known.some((person) => person.value === item.owner?.id)
      ? [{ value: item.owner.id, label: item.owner.name }]
      : [];
  return (
    <>
      <Select
        label={t('case.assignTo')}
        data={[{ value: NOBODY, label: t('case.nobody') }, ...self, ...known]}
        value={owner}
        onChange={(value) => setOwner(value ?? NOBODY)}
        allowDeselect={false}
        searchable
        data-autofocus
      />
      <TextInput
        label={t('case.nextStep')}
        description={t('common.optional')}
        value={nextStep}
        onChange={(event) => setNextStep(event.currentTarget.value)}
        maxLength={500}
      />
      <TextInput
        type="datetime-local"
        label={`${t('case.due')} (${zoneName})`}
        description={t('common.optional')}
        value={due}
        onChange={(event) => setDue(event.currentTarget.value)}
      />
    </>
  );
}
