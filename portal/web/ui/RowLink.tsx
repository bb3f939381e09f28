import { Link, type LinkProps } from 'react-router';
import classes from './row-link.module.css';

/** A link whose whole row or card can be pressed; the row must be positioned. */
export function RowLink({ className, ...link }: LinkProps) {
  return <Link {...link} className={className === undefined ? (classes.row ?? '') : `${classes.row} ${className}`} />;
}
