// SPDX-License-Identifier: Apache-2.0

import { useTranslation } from 'react-i18next';

import { SelectField } from '../../components/fields';
import { useNow } from '../../hooks/useNow';
import { useDeviceKeys } from '../../queries/device';

interface Props {
  id: string;
  organization: string;
  value: string;
  onChange: (name: string) => void;
  error?: string;
}

/** Chooses a key of this browser that has an administrator's certificate. */
export function AdministratorKey({ id, organization, value, onChange, error }: Props) {
  const { t } = useTranslation();
  const now = useNow();
  const kept = useDeviceKeys(organization).data ?? [];
  const usable = kept.filter((k) => k.certificate?.role === 'admin' && Date.parse(k.certificate.notAfter) > now);
  return (
    <SelectField
      id={id}
      label={t('signatures.key')}
      required
      options={usable.map((k) => ({ value: k.name, label: k.name }))}
      value={value}
      onChange={onChange}
      error={error}
      help={usable.length > 0 ? t('signatures.keyHelp') : t('signatures.noKey')}
    />
  );
}
