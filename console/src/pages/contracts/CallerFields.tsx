// SPDX-License-Identifier: Apache-2.0

import { useTranslation } from 'react-i18next';

import type { Contract } from '../../api/contracts';
import { list } from '../../api/client';
import { can } from '../../app/scopes';
import { SelectField } from '../../components/fields';
import { useApplications } from '../../queries/applications';
import { useLedger } from '../../queries/ledgers';
import { usePrincipal } from '../../queries/session';

/** In whose name a function is called. */
export interface Caller {
  readonly organization: string;
  /** A custodial application's name, or `office` for the organization's own identity; empty until chosen. */
  readonly application: string;
}

/** No application has this name: theirs have no capital letters. */
export const office = 'OFFICE';

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
  const custodial = (applications.data?.items ?? []).filter((a) => a.custody === 'platform');
  return (
    <>
      <SelectField
        id="call-organization"
        label={t('caller.organization')}
        required
        placeholder={t('form.choosePlaceholder')}
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
          ...custodial.map((a) => ({ value: a.name, label: t('caller.application', { name: a.name }) })),
          { value: office, label: t('caller.office') },
        ]}
        value={caller.application}
        onChange={(application) => onChange({ ...caller, application })}
        help={t('caller.help')}
      />
    </>
  );
}
