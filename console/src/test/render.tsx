// SPDX-License-Identifier: Apache-2.0

import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { render } from '@testing-library/react';
import i18next from 'i18next';
import type { ReactNode } from 'react';
import { initReactI18next } from 'react-i18next';
import { MemoryRouter } from 'react-router';

import en from '../app/locales/en.json';

await i18next.use(initReactI18next).init({
  lng: 'en',
  keySeparator: false,
  nsSeparator: false,
  interpolation: { escapeValue: false },
  resources: { en: { translation: en } },
});

/** Renders in English with all that components need around them. */
export function show(element: ReactNode, path = '/') {
  const client = new QueryClient({ defaultOptions: { queries: { retry: false } } });
  return render(
    <QueryClientProvider client={client}>
      <MemoryRouter initialEntries={[path]}>{element}</MemoryRouter>
    </QueryClientProvider>,
  );
}

/** Answers every request of the console in its turn; gives what was asked for. */
export function serve(answer: (request: Request) => [number, unknown]): Request[] {
  const asked: Request[] = [];
  globalThis.fetch = (input, init) => {
    const request = new Request(input, init);
    asked.push(request);
    const [status, body] = answer(request);
    const type = status < 400 ? 'application/json' : 'application/problem+json';
    return Promise.resolve(new Response(JSON.stringify(body), { status, headers: { 'Content-Type': type } }));
  };
  return asked;
}
