// SPDX-License-Identifier: Apache-2.0

import { QueryCache, QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { RouterProvider } from 'react-router/dom';

import { problemOf } from '../api/client';
import { keys } from '../queries/keys';
import { router } from './routes';

const client: QueryClient = new QueryClient({
  queryCache: new QueryCache({
    onError: (error) => {
      // The session has ended: the shell asks who is signed in and leads to the sign-in page.
      if (problemOf(error).status === 401) client.setQueryData(keys.session, null);
    },
  }),
  defaultOptions: {
    queries: {
      // Only what may pass by itself is tried again: no answer, or a platform that is starting.
      retry: (failures, error) => failures < 2 && [0, 502, 503, 504].includes(problemOf(error).status),
      staleTime: 2_000,
    },
  },
});

export function App() {
  return (
    <QueryClientProvider client={client}>
      <RouterProvider router={router} />
    </QueryClientProvider>
  );
}
