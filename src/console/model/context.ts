import { createContext } from 'preact';
import { useContext } from 'preact/hooks';
import type { Link } from '../link/link.js';
import type { Preferences } from './preferences.js';
import type { Store } from './store.js';

/** What every part of the page may use. */
export interface Page {
  readonly store: Store;
  readonly link: Link;
  readonly preferences: Preferences;
}

export const PageContext = createContext<Page | null>(null);

export function usePage(): Page {
  const page = useContext(PageContext);
  if (!page) throw new Error('outside of the page');
  return page;
}
