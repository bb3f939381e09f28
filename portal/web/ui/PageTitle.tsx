import { type ReactNode, useEffect } from 'react';
import classes from './page.module.css';

interface PageTitleProps {
  readonly title: string;
  /** Title of the browser's tab, where it says more than the heading. */
  readonly tab?: string;
}

/** The one h1 of a page; names the browser's tab as well. */
export function PageTitle({ title, tab = title }: PageTitleProps) {
  useEffect(() => {
    document.title = tab === 'Leitwarte' ? tab : `${tab} · Leitwarte`;
  }, [tab]);
  return <h1 className={classes.title}>{title}</h1>;
}

/** Head of a page: its title, and at the right what belongs to the whole page. */
export function PageHead({ title, children }: PageTitleProps & { readonly children?: ReactNode }) {
  return (
    <header className={classes.head}>
      <PageTitle title={title} />
      {children}
    </header>
  );
}
