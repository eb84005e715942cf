// SPDX-License-Identifier: Apache-2.0

import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';

import type { Contract } from '../../api/contracts';
import { list } from '../../api/client';
import { can } from '../../app/scopes';
import { SelectField } from '../../components/fields';
import { isUsable } from '../../device/keys';
import { useNow } from '../../hooks/useNow';
import { useApplications } from '../../queries/applications';
import { useDeviceKeys } from '../../queries/device';
import { useLedger } from '../../queries/ledgers';
import { usePrincipal } from '../../queries/session';

/** In whose name a function is called. */
export interface Caller {
  readonly organization: string;
  /** A custodial application's name, `office` for the organization's own identity, or `onDevice`; empty until chosen. */
  readonly application: string;
}

/** No application has this name: theirs have no capital letters. */
export const office = 'OFFICE';

/** The name of a key on this device, as a caller's application. */
const onDevice = (name: string): string => `DEVICE ${name}`;

/** The name of the caller's key on this device, if it is one. */
export const deviceName = ({ application }: Caller): string | undefined =>
  application.startsWith('DEVICE ') ? application.slice('DEVICE '.length) : undefined;

interface Props {
  contract: Contract;
  submit: boolean;
  caller: Caller;
  onChange: (caller: Caller) => void;
}

/** Who calls: nothing is preselected, since it is the name under a record that stays. */
export function CallerFields({ contract, submit, caller, onChange }: Props) {
  const { t } = useTranslation();
  const principal = usePrincipal();
  const members = list(useLedger(contract.ledger).data?.organizations);
  const scope = submit ? 'transaction.submit' : 'transaction.evaluate';
  const allowed = members.filter((o) => can(principal, scope, o));
  const applications = useApplications(caller.organization);
  const now = useNow();
  // Who may not submit may not have proposals composed either, not even for a query.
  const signs = can(principal, 'transaction.submit', caller.organization);
  const onThisDevice = useDeviceKeys(caller.organization).data ?? [];
  const usable = signs ? onThisDevice.filter((k) => isUsable(k, now)) : [];
  const unusable = signs ? onThisDevice.filter((k) => k.certificate && !isUsable(k, now)) : [];
  const custodial = (applications.data?.items ?? []).filter((a) => a.custody === 'platform');
  return (
    <>
      <SelectField
        id="call-organization"
        label={t('caller.organization')}
        required
        options={allowed.map((o) => ({ value: o, label: o }))}
        value={caller.organization}
        onChange={(organization) => onChange({ organization, application: '' })}
        help={members.length > 0 && allowed.length === 0 ? t('caller.nobody') : undefined}
      />
      <SelectField
        id="call-application"
        label={t('caller.identity')}
        required
        isDisabled={caller.organization === ''}
        placeholder={caller.organization === '' ? t('caller.organizationFirst') : t('form.choosePlaceholder')}
        options={[
          ...usable.map((k) => ({ value: onDevice(k.name), label: t('caller.device', { name: k.name }) })),
          ...custodial.map((a) => ({ value: a.name, label: t('caller.application', { name: a.name }) })),
          { value: office, label: t('caller.office') },
        ]}
        value={caller.application}
        onChange={(application) => onChange({ ...caller, application })}
        help={
          unusable.length === 0 ? (
            t('caller.help')
          ) : (
            <>
              {t('caller.help')} {t('caller.unusable', { names: unusable.map((k) => k.name).join(', ') })}{' '}
              <Link to={`/organizations/${caller.organization}/certificates`}>{t('device.title')}</Link>
            </>
          )
        }
      />
    </>
  );
}
