// SPDX-License-Identifier: Apache-2.0

import { screen } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { expect, it, vi } from 'vitest';

import { ProblemError } from '../api/client';
import { show } from '../test/render';
import { ProblemAlert } from './ProblemAlert';

it("puts the contract's own code first", () => {
  const problem = {
    type: 'x',
    title: 'Unprocessable Entity',
    status: 422,
    code: 'contract_error',
    detail: 'the contract refused',
    errors: [
      { location: 'contract', message: 'session_exists' },
      { location: 'BizkaiaMSP', message: 'said so' },
    ],
  };
  show(<ProblemAlert error={new ProblemError(problem)} title="Refused" />);
  expect(screen.getByRole('alert')).toHaveTextContent('Code session_exists');
  expect(screen.getByRole('listitem')).toHaveTextContent('BizkaiaMSP said so');
});

it('says that the platform does not answer, and tries again', async () => {
  const retry = vi.fn();
  show(<ProblemAlert error={new TypeError('fetch failed')} title="Not loaded" retry={retry} />);
  expect(screen.getByRole('alert')).toHaveTextContent('The platform does not answer');
  await userEvent.click(screen.getByRole('button', { name: 'Try again' }));
  expect(retry).toHaveBeenCalledOnce();
});
