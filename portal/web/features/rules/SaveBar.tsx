import { Alert, Button, TextInput } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import type { RuleAnswer } from '#shared/model/api/rule.ts';
import type { Rule } from '#shared/model/rule.ts';
import { request } from '#portal/web/api/client.ts';
import { ApiProblem, isProblemWith } from '#portal/web/api/problem.ts';
import { useTexts } from '#portal/web/i18n/i18n.ts';
import { textOr } from '#portal/web/ui/names.ts';
import { useToast } from '#portal/web/ui/useToast.ts';
import { problemText } from '#portal/web/ui/problem.ts';
import classes from './editor.module.css';

interface SaveBarProps {
  readonly base: RuleAnswer | undefined;
  /** Undefined while something is missing or wrong. */
  readonly rule: Rule | undefined;
  readonly problems: number;
  readonly dirty: boolean;
  readonly onSaved: (id: string) => void;
  /** Somebody else changed the rule; theirs is to be gone on with. */
  readonly onTheirs: (theirs: RuleAnswer) => void;
  readonly onDiscard: () => void;
}

interface Saving {
  readonly rule: Rule;
  readonly reason: string;
  /** Version it is to replace; 0: there must be none. */
  readonly version: number;
}

/** What is left to do, why it is done, and the way out: always in sight. */
export function SaveBar({ base, rule, problems, dirty, onSaved, onTheirs, onDiscard }: SaveBarProps) {
  const { t, language } = useTexts();
  const toast = useToast();
  const [reason, setReason] = useState('');
  const saving = useMutation({
    mutationFn: ({ rule: body, reason: why, version }: Saving) =>
      request<RuleAnswer>('PUT', `/rules/${body.id}`, {
        body,
        query: { reason: why.trim() || undefined },
        ifMatch: version,
      }),
    onSuccess(now) {
      toast.done(t('rules.edited.saved', { title: textOr(now.title, language, now.id) }));
      onSaved(now.id);
    },
  });
  const theirs = theirsOf(saving.error);
  const explained = base === undefined || reason.trim() !== '';
  const save = (version: number): void => {
    if (rule) saving.mutate({ rule, reason, version });
  };
  const state =
    problems > 0
      ? t('rules.edited.problems', { count: problems })
      : t(dirty ? 'rules.edited.unsaved' : 'rules.edited.unchanged');
  return (
    <form
      className={classes.bar}
      onSubmit={(event) => {
        event.preventDefault();
        save(base?.version ?? 0);
      }}
    >
      {theirs !== undefined && (
        <Alert color="slate" role="alert" title={t('rules.edited.failed')}>
          {theirs.rule ? t('rules.edited.conflict', { version: theirs.version }) : t('rules.edited.conflictGone')}
          <span className={classes.conflict}>
            <Button size="compact-sm" variant="default" onClick={() => save(theirs.version)}>
              {t('rules.edited.overwrite')}
            </Button>
            {theirs.rule && base && (
              <Button
                size="compact-sm"
                variant="default"
                onClick={() => {
                  saving.reset();
                  if (theirs.rule) onTheirs({ ...base, ...theirs.rule, version: theirs.version });
                }}
              >
                {t('rules.edited.takeTheirs')}
              </Button>
            )}
          </span>
        </Alert>
      )}
      {saving.error && theirs === undefined && (
        <Alert color="severe" role="alert" title={t('rules.edited.failed')}>
          {problemText(t, saving.error)}
          {saving.error instanceof ApiProblem && saving.error.correlationId !== undefined && (
            <p className={classes.muted}>{t('panel.correlation', { id: saving.error.correlationId })}</p>
          )}
        </Alert>
      )}
      <div className={classes.barRow}>
        <span className={classes.state} role="status">
          {state}
        </span>
        <TextInput
          className={classes.reason}
          aria-label={t('rules.step.reason')}
          placeholder={base ? t('rules.edited.reasonHint') : `${t('rules.step.reason')} (${t('common.optional')})`}
          value={reason}
          maxLength={500}
          onChange={(event) => setReason(event.currentTarget.value)}
        />
        <Button variant="default" onClick={onDiscard}>
          {t(dirty ? 'rules.edited.discard' : 'common.close')}
        </Button>
        <Button type="submit" disabled={!rule || !dirty || !explained} loading={saving.isPending}>
          {t('rules.edited.save')}
        </Button>
      </div>
    </form>
  );
}

/** What somebody else made of the rule meanwhile, where that is why it was not saved. */
function theirsOf(error: unknown): { readonly version: number; readonly rule: Rule | null } | undefined {
  if (!isProblemWith(error, 409)) return undefined;
  return (error.body as { readonly current?: { readonly version: number; readonly rule: Rule | null } }).current;
}
