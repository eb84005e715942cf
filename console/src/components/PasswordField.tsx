// SPDX-License-Identifier: Apache-2.0

import { Button } from '@patternfly/react-core';
import EyeIcon from '@patternfly/react-icons/dist/esm/icons/eye-icon';
import EyeSlashIcon from '@patternfly/react-icons/dist/esm/icons/eye-slash-icon';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';

import { TextField } from './fields';

interface Props {
  id: string;
  label: string;
  value: string;
  onChange: (value: string) => void;
  error?: string;
  help?: string;
  /** Being chosen now, not given. */
  isNew?: boolean;
}

/** A password that can be looked at while it is typed. */
export function PasswordField({ id, label, value, onChange, error, help, isNew = false }: Props) {
  const { t } = useTranslation();
  const [seen, setSeen] = useState(false);
  const name = seen ? t('password.hide') : t('password.show');
  return (
    <TextField
      id={id}
      label={label}
      type={seen ? 'text' : 'password'}
      autoComplete={isNew ? 'new-password' : 'current-password'}
      isCode
      required
      value={value}
      onChange={onChange}
      error={error}
      help={help}
      action={
        <Button variant="control" aria-label={name} title={name} icon={seen ? <EyeSlashIcon /> : <EyeIcon />} onClick={() => setSeen(!seen)} />
      }
    />
  );
}
