import { Button, Textarea } from '@mantine/core';
import { useRef } from 'react';
import type { FileProblem } from '#shared/files/problem.ts';
import { useTexts } from '#portal/web/i18n/i18n.ts';
import { problemWords } from './problem-words.ts';
import classes from './editor.module.css';

interface YamlViewProps {
  readonly text: string;
  readonly problems: readonly FileProblem[];
  readonly warnings: readonly FileProblem[];
  /** The text does not read: going back to the sentence is offered. */
  readonly locked: boolean;
  readonly onChange: (text: string) => void;
  readonly onReset: () => void;
}

/** The rule as rules.yaml has it, to be changed there as well; each problem leads to its place. */
export function YamlView({ text, problems, warnings, locked, onChange, onReset }: YamlViewProps) {
  const { t, language } = useTexts();
  const area = useRef<HTMLTextAreaElement>(null);
  const go = ({ line, column }: FileProblem): void => {
    const at =
      text
        .split('\n')
        .slice(0, line - 1)
        .reduce((sum, each) => sum + each.length + 1, 0) +
      column -
      1;
    area.current?.focus();
    area.current?.setSelectionRange(at, at);
  };
  return (
    <div className={classes.fields}>
      <p className={classes.muted}>{t('rules.edited.yamlHint')}</p>
      <Textarea
        ref={area}
        aria-label={t('rules.edited.yamlLabel')}
        aria-invalid={problems.length > 0 || undefined}
        classNames={{ input: classes.yaml ?? '' }}
        value={text}
        onChange={(event) => onChange(event.currentTarget.value)}
        autosize
        minRows={10}
        maxRows={28}
        spellCheck={false}
        autoCapitalize="off"
      />
      <p role="status" className={classes.verdict}>
        {problems.length > 0 ? t('rules.edited.problems', { count: problems.length }) : t('rules.edited.fine')}
      </p>
      {problems.length + warnings.length > 0 && (
        <ul className={classes.problems}>
          {[...problems, ...warnings].map((problem) => (
            <li key={`${problem.line} ${problem.column} ${problem.path} ${problem.message}`}>
              <Button size="compact-xs" variant="default" onClick={() => go(problem)}>
                {t('rules.edited.place', { line: problem.line, column: problem.column })}
              </Button>
              <span>
                {problem.path !== '' && <code>{problem.path}</code>} {problemWords(problem.message, language)}
              </span>
            </li>
          ))}
        </ul>
      )}
      {locked && (
        <div className={classes.locked}>
          <span>{t('rules.edited.yamlLocked')}</span>
          <Button size="compact-sm" variant="default" onClick={onReset}>
            {t('rules.edited.yamlReset')}
          </Button>
        </div>
      )}
    </div>
  );
}
