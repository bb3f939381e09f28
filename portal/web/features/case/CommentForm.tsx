import { Button, SegmentedControl, Textarea } from '@mantine/core';
import { useEffect, useRef, useState } from 'react';
import type { CaseAnswer } from '#shared/model/api/case.ts';
import { useMay } from '#portal/web/app/session.tsx';
import { useTexts } from '#portal/web/i18n/i18n.ts';
import { useCaseStep } from '#portal/web/ui/case/useCaseStep.ts';
import { useShortcuts } from '#portal/web/ui/keys/useShortcuts.tsx';
import classes from './case.module.css';

/** A word for the timeline; what the customer will see is said before it is saved. */
export function CommentForm({ item, focus }: { readonly item: CaseAnswer; readonly focus: boolean }) {
  const { t } = useTexts();
  const internal = useMay()('case.internal');
  const step = useCaseStep();
  const [text, setText] = useState('');
  const [visibility, setVisibility] = useState<'internal' | 'customer'>(internal ? 'internal' : 'customer');
  const field = useRef<HTMLTextAreaElement>(null);
  const known = useRef<{ readonly said: string; readonly key: string }>(undefined);
  const write = (): void => {
    field.current?.scrollIntoView({ block: 'nearest' });
    field.current?.focus();
  };
  useShortcuts({ 'case.comment': write });
  useEffect(() => {
    if (focus) field.current?.focus();
  }, [focus]);

  const send = (): void => {
    const said = text.trim();
    // Sent again because no answer came, it is the same word; another text is another one.
    if (known.current?.said !== said) known.current = { said, key: Math.random().toString(36).slice(2) };
    step.mutate(
      { step: 'comment', body: { text: said, visibility, key: known.current.key }, case: item },
      {
        onSuccess: () => {
          setText('');
          known.current = undefined;
        },
      },
    );
  };
  return (
    <form
      className={classes.comment}
      data-visibility={internal ? visibility : undefined}
      onSubmit={(event) => {
        event.preventDefault();
        send();
      }}
    >
      <Textarea
        ref={field}
        aria-label={internal ? t('case.commentText') : t('customer.message')}
        placeholder={internal ? t('case.commentHint') : t('customer.messageHint')}
        value={text}
        onChange={(event) => setText(event.currentTarget.value)}
        autosize
        minRows={2}
        maxRows={10}
        maxLength={10_000}
      />
      <div className={classes.commentFoot}>
        {internal && (
          <SegmentedControl
            size="xs"
            aria-label={t('case.visibility')}
            value={visibility}
            onChange={(value) => setVisibility(value === 'customer' ? 'customer' : 'internal')}
            data={[
              { value: 'internal', label: t('case.showInternal') },
              { value: 'customer', label: t('case.showCustomer') },
            ]}
          />
        )}
        <Button
          type="submit"
          size="xs"
          variant={visibility === 'customer' ? 'filled' : 'default'}
          disabled={text.trim() === ''}
          loading={step.isPending}
        >
          {internal ? (visibility === 'customer' ? t('case.sendCustomer') : t('case.send')) : t('case.sendAsCustomer')}
        </Button>
      </div>
    </form>
  );
}
