import { Button, NativeSelect, TextInput } from '@mantine/core';
import { useState } from 'react';
import { useTexts } from '#portal/web/i18n/i18n.ts';
import { adminDe } from '#portal/web/i18n/de/admin.ts';
import classes from './audit.module.css';
import type { AuditView } from './view.ts';

type Kind = keyof typeof adminDe.kinds;
const KINDS = Object.keys(adminDe.kinds) as readonly Kind[];

interface FiltersProps {
  readonly view: AuditView;
  readonly onChange: (change: Partial<AuditView>) => void;
}

/** Which entries: all of a kind, and those with a word in them. */
export function AuditFilters({ view, onChange }: FiltersProps) {
  const { t } = useTexts();
  const [words, setWords] = useState(view.q ?? '');
  const [applied, setApplied] = useState(view.q);
  // The address changed by itself, as by Back.
  if (applied !== view.q) {
    setApplied(view.q);
    setWords(view.q ?? '');
  }
  return (
    <form
      className={classes.filters}
      role="search"
      onSubmit={(event) => {
        event.preventDefault();
        onChange({ q: words });
      }}
    >
      <NativeSelect
        label={t('admin.kind')}
        value={view.kind ?? ''}
        onChange={(event) => onChange({ kind: event.currentTarget.value })}
        data={[
          { value: '', label: t('admin.allKinds') },
          ...KINDS.map((kind) => ({ value: kind, label: t(`admin.kinds.${kind}`) })),
        ]}
      />
      <TextInput
        className={classes.words ?? ''}
        type="search"
        label={t('admin.search')}
        placeholder={t('admin.searchHint')}
        value={words}
        onChange={(event) => setWords(event.currentTarget.value)}
      />
      <Button type="submit" variant="default">
        {t('admin.find')}
      </Button>
    </form>
  );
}
