// SPDX-License-Identifier: Apache-2.0

import { useSyncExternalStore } from 'react';

/** PatternFly's own limit: below it, the navigation lies over the page. */
const query = '(max-width: 74.99rem)';

function subscribe(listener: () => void): () => void {
  const media = matchMedia(query);
  media.addEventListener('change', listener);
  return () => media.removeEventListener('change', listener);
}

/** Whether the screen has room for the page or the navigation, not both. */
export const useNarrow = (): boolean => useSyncExternalStore(subscribe, () => matchMedia(query).matches);
