import { Button, Skeleton, VisuallyHidden } from '@mantine/core';
import { type ReactNode, useEffect, useId, useState } from 'react';
import { ApiProblem } from '#portal/web/api/problem.ts';
import { useTexts } from '#portal/web/i18n/i18n.ts';
import { problemText } from '#portal/web/ui/problem.ts';
import { useZone } from '#portal/web/ui/format/Zone.tsx';
import { time } from '#portal/web/ui/format/time.ts';
import classes from './panel.module.css';

/** Nobody notices a shorter wait. */
const SKELETON_AFTER_MS = 150;

/** What a panel must know of the question behind it; every result of TanStack Query fits. */
export interface Asked<T> {
  readonly data: T | undefined;
  readonly error: unknown;
  readonly isPending: boolean;
  readonly isFetching: boolean;
  readonly dataUpdatedAt: number;
  readonly refetch: () => Promise<unknown>;
}

interface PanelProps<T> {
  readonly title?: string;
  /** Names the panel where it shows no title. */
  readonly label?: string;
  readonly asked: Asked<T>;
  readonly children: (data: T) => ReactNode;
  /** What stands there when there is nothing, and the one next step. */
  readonly empty?: {
    readonly when: (data: T) => boolean;
    readonly title: string;
    readonly hint?: string;
    readonly action?: ReactNode;
  };
  /** Lines of the skeleton. */
  readonly lines?: number;
  /** Room kept while loading, px, so that nothing moves when the data comes. */
  readonly room?: number;
  readonly aside?: ReactNode;
  /** Without a frame, where the panel is the page. */
  readonly bare?: boolean;
  readonly level?: 2 | 3;
}

/** The one frame of everything that is loaded: skeleton, empty, failed, stale, forbidden, or the data itself. */
export function Panel<T>({
  title,
  label,
  asked,
  children,
  empty,
  lines = 4,
  room,
  aside,
  bare = false,
  level = 2,
}: PanelProps<T>) {
  const id = useId();
  const Heading = level === 2 ? 'h2' : 'h3';
  const name = title ?? label ?? '';
  const stale = asked.data !== undefined && asked.error != null;
  return (
    <section
      className={bare ? classes.bare : classes.panel}
      aria-labelledby={title ? id : undefined}
      aria-label={title ? undefined : label}
      aria-busy={asked.isPending}
    >
      {(title !== undefined || aside !== undefined || stale) && (
        <header className={classes.head}>
          {title !== undefined && <Heading id={id}>{title}</Heading>}
          {stale && <Stale asked={asked} />}
          {aside}
        </header>
      )}
      {asked.data === undefined ? (
        asked.error != null ? (
          <Failed what={name} error={asked.error} retry={() => void asked.refetch()} retrying={asked.isFetching} />
        ) : (
          <Loading lines={lines} room={room} />
        )
      ) : empty?.when(asked.data) ? (
        <Empty title={empty.title} hint={empty.hint} action={empty.action} />
      ) : (
        children(asked.data)
      )}
    </section>
  );
}

/** A skeleton, but only once somebody would have noticed the wait. */
function Loading({ lines, room }: { readonly lines: number; readonly room: number | undefined }) {
  const { t } = useTexts();
  const [shown, setShown] = useState(false);
  useEffect(() => {
    const timer = setTimeout(() => setShown(true), SKELETON_AFTER_MS);
    return () => clearTimeout(timer);
  }, []);
  return (
    <div className={classes.loading} role="status" style={{ minHeight: room }}>
      <VisuallyHidden>{t('panel.loading')}</VisuallyHidden>
      {shown &&
        Array.from({ length: lines }, (_, i) => (
          <Skeleton key={i} height={14} width={`${92 - ((i * 17) % 40)}%`} animate={false} />
        ))}
    </div>
  );
}

interface EmptyProps {
  readonly title: string;
  readonly hint?: string | undefined;
  readonly action?: ReactNode;
}

export function Empty({ title, hint, action }: EmptyProps) {
  return (
    <div className={classes.state}>
      <p className={classes.stateTitle}>{title}</p>
      {hint !== undefined && <p className={classes.stateHint}>{hint}</p>}
      {action}
    </div>
  );
}

interface FailedProps {
  readonly what: string;
  readonly error: unknown;
  readonly retry: () => void;
  readonly retrying: boolean;
}

function Failed({ what, error, retry, retrying }: FailedProps) {
  const { t } = useTexts();
  const status = error instanceof ApiProblem ? error.status : undefined;
  if (status === 403) return <Empty title={t('panel.forbidden')} hint={t('panel.forbiddenHint')} />;
  if (status === 404) return <Empty title={t('panel.gone')} hint={t('panel.goneHint')} />;
  const id = error instanceof ApiProblem ? error.correlationId : undefined;
  return (
    <div className={classes.state} role="alert">
      <p className={classes.stateTitle}>{t('panel.failed', { what })}</p>
      <p className={classes.stateHint}>
        {problemText(t, error)} {t('panel.failedHint')}
      </p>
      <Button size="xs" variant="default" onClick={retry} loading={retrying}>
        {t('panel.retry')}
      </Button>
      {id !== undefined && <p className={classes.correlation}>{t('panel.correlation', { id })}</p>}
    </div>
  );
}

/** What is shown is older than it should be: says from when it is. */
function Stale({ asked }: { readonly asked: Asked<unknown> }) {
  const { t, language } = useTexts();
  const zone = useZone();
  return (
    <span className={classes.stale} title={t('panel.staleHint')} role="status">
      {t('panel.stale', { time: time(language, zone, asked.dataUpdatedAt, 'seconds') })}
      <Button size="compact-xs" variant="subtle" onClick={() => void asked.refetch()} loading={asked.isFetching}>
        {t('panel.retry')}
      </Button>
    </span>
  );
}
