// SPDX-License-Identifier: Apache-2.0

import { useEffect, useState, useSyncExternalStore } from 'react';

const tick = 10_000;
const listeners = new Set<() => void>();
let now = Date.now();
let timer: ReturnType<typeof setInterval> | undefined;

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  timer ??= setInterval(() => {
    now = Date.now();
    listeners.forEach((l) => l());
  }, tick);
  return () => {
    listeners.delete(listener);
    if (listeners.size > 0) return;
    clearInterval(timer);
    timer = undefined;
  };
}

/** The time, renewed every ten seconds by one timer for the whole page. */
export const useNow = (): number => useSyncExternalStore(subscribe, () => now);

/** The time, renewed every second while a component that counts down is shown. */
export function useSecond(): number {
  const [time, setTime] = useState(() => Date.now());
  useEffect(() => {
    const each = setInterval(() => setTime(Date.now()), 1_000);
    return () => clearInterval(each);
  }, []);
  return time;
}
