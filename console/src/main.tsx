// SPDX-License-Identifier: Apache-2.0

import '@patternfly/react-core/dist/styles/base.css';
import './app/console.css';

import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';

import { App } from './app/App';
import { startI18n } from './app/i18n';

const root = document.getElementById('root');
if (!root) throw new Error('index.html has no #root');
await startI18n();
createRoot(root).render(
  <StrictMode>
    <App />
  </StrictMode>,
);
