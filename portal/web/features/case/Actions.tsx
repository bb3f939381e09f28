import { Button, Menu } from '@mantine/core';
import { useState } from 'react';
import { useNavigate } from 'react-router';
import type { CaseAnswer } from '#shared/model/api/case.ts';
import { HOUSE } from '#shared/model/house.ts';
import { useTexts } from '#portal/web/i18n/i18n.ts';
import { Icon } from '#portal/web/ui/Icon.tsx';
import { useCaseStep } from '#portal/web/ui/case/useCaseStep.ts';
import { useShortcuts } from '#portal/web/ui/keys/useShortcuts.tsx';
import { useSession } from '#portal/web/app/session.tsx';
import { type Dialog, StepDialog } from './StepDialog.tsx';
import classes from './case.module.css';

const MORE = ['shelve', 'wait', 'close', 'reopen', 'merge', 'split'] as const;

interface ActionsProps {
  readonly item: CaseAnswer;
  /** What was asked for before the case was open. */
  readonly wanted: 'comment' | 'resolve' | undefined;
}

/** What this person may do with the case now; nothing else is shown. */
export function Actions({ item, wanted }: ActionsProps) {
  const { t } = useTexts();
  const { user } = useSession();
  const navigate = useNavigate();
  const step = useCaseStep();
  const may = (name: string): boolean => item.may.includes(name);
  const resolves = may('resolve');
  const [dialog, setDialog] = useState<Dialog | undefined>(wanted === 'resolve' && resolves ? 'resolve' : undefined);
  const acknowledge = (): void => step.mutate({ step: 'acknowledge', body: {}, case: item });
  const take = (): void => step.mutate({ step: 'assign', body: {}, case: item });
  const mine = item.owner?.id === user.id;
  useShortcuts({
    'case.acknowledge': may('acknowledge') ? acknowledge : undefined,
    'case.assign': may('assign') && !mine ? take : undefined,
    'case.resolve': resolves ? () => setDialog('resolve') : undefined,
    'case.machine': () => void navigate(item.machine === HOUSE ? '/operation' : `/machines/${item.machine}`),
  });

  const rest = MORE.filter((name) => may(name) && (name !== 'split' || item.alarms.length > 1));
  const [only] = rest;
  if (!may('acknowledge') && !may('assign') && !resolves && rest.length === 0) return null;
  return (
    <div className={classes.actions} role="group" aria-label={t('case.actions')}>
      {may('acknowledge') && (
        <Button size="xs" onClick={acknowledge} loading={step.isPending && step.variables.step === 'acknowledge'}>
          {t('case.acknowledge')}
        </Button>
      )}
      {may('assign') && !mine && (
        <Button
          size="xs"
          variant={may('acknowledge') ? 'default' : 'filled'}
          onClick={take}
          loading={step.isPending && step.variables.step === 'assign'}
        >
          {t('case.assignMe')}
        </Button>
      )}
      {may('assign') && (
        <Button size="xs" variant="default" onClick={() => setDialog('assign')}>
          {t('case.assign')}
        </Button>
      )}
      {resolves && (
        <Button size="xs" variant="default" onClick={() => setDialog('resolve')}>
          {t('case.resolve')}
        </Button>
      )}
      {rest.length === 1 && only && (
        <Button size="xs" variant="default" onClick={() => setDialog(only)}>
          {t(`case.${only}`)}
        </Button>
      )}
      {rest.length > 1 && (
        <Menu position="bottom-start" width={190}>
          <Menu.Target>
            <Button size="xs" variant="default" rightSection={<Icon name="down" size={13} />}>
              {t('case.more')}
            </Button>
          </Menu.Target>
          <Menu.Dropdown>
            {rest.map((name) => (
              <Menu.Item key={name} onClick={() => setDialog(name)}>
                {t(`case.${name}`)}
              </Menu.Item>
            ))}
          </Menu.Dropdown>
        </Menu>
      )}
      <StepDialog dialog={dialog} item={item} onClose={() => setDialog(undefined)} />
    </div>
  );
}
