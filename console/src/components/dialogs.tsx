// SPDX-License-Identifier: Apache-2.0
import {
  Checkbox,
  FormGroup,
  FormHelperText,
  FormSelect,
  FormSelectOption,
  HelperText,
  HelperTextItem,
  Radio,
  TextInput,
} from '@patternfly/react-core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import {
  useAddMember,
  useCatalogue,
  useCreateLedger,
  useCreateOrganization,
  useDeploy,
  useOrganizations,
} from '../queries';
import { WorkDialog } from './WorkDialog';

const idShape = /^[a-z][a-z0-9-]{0,29}[a-z0-9]$/;
const ledgerShape = /^[a-z][a-z0-9.-]{0,63}$/;
export const kinds = ['public-body', 'municipality', 'university', 'company', 'association', 'citizen'] as const;

function Hint(props: { text: string; bad: boolean }) {
  return (
    <FormHelperText>
      <HelperText>
        <HelperTextItem variant={props.bad ? 'error' : 'default'}>{props.text}</HelperTextItem>
      </HelperText>
    </FormHelperText>
  );
}

export function NewOrganization({ close }: { close: () => void }) {
  const { t } = useTranslation();
  const create = useCreateOrganization();
  const [id, setId] = useState('');
  const [name, setName] = useState('');
  const [kind, setKind] = useState('');
  const bad = id !== '' && !idShape.test(id);
  return (
    <WorkDialog
      title={t('organization.create')}
      submit={t('create')}
      ready={idShape.test(id) && name.trim() !== '' && kind !== ''}
      start={() => create.mutateAsync({ id, name, kind: kind as 'public-body' })}
      close={close}
    >
      <FormGroup label={t('organization.id')} isRequired fieldId="org-id">
        <TextInput id="org-id" isRequired value={id} onChange={(_e, v) => setId(v)} validated={bad ? 'error' : 'default'} />
        <Hint text={t('organization.idHint')} bad={bad} />
      </FormGroup>
      <FormGroup label={t('name')} isRequired fieldId="org-name">
        <TextInput id="org-name" isRequired value={name} onChange={(_e, v) => setName(v)} />
      </FormGroup>
      <FormGroup label={t('organization.kind')} isRequired fieldId="org-kind">
        <FormSelect id="org-kind" value={kind} onChange={(_e, v) => setKind(v)}>
          <FormSelectOption value="" label={t('choose')} isDisabled isPlaceholder />
          {kinds.map((k) => (
            <FormSelectOption key={k} value={k} label={t(`kind.${k}`)} />
          ))}
        </FormSelect>
      </FormGroup>
    </WorkDialog>
  );
}

export function NewLedger({ close }: { close: () => void }) {
  const { t } = useTranslation();
  const create = useCreateLedger();
  const organizations = useOrganizations();
  const [name, setName] = useState('');
  const [chosen, setChosen] = useState<string[]>([]);
  const bad = name !== '' && !ledgerShape.test(name);
  return (
    <WorkDialog
      title={t('ledger.create')}
      submit={t('create')}
      ready={ledgerShape.test(name) && chosen.length > 0}
      start={() => create.mutateAsync({ name, organizations: chosen })}
      close={close}
    >
      <FormGroup label={t('name')} isRequired fieldId="ledger-name">
        <TextInput id="ledger-name" isRequired value={name} onChange={(_e, v) => setName(v)} validated={bad ? 'error' : 'default'} />
        <Hint text={t('ledger.nameHint')} bad={bad} />
      </FormGroup>
      <FormGroup label={t('ledger.members')} isRequired role="group" fieldId="ledger-members">
        {organizations.data?.items?.map((o) => (
          <Checkbox
            key={o.id}
            id={`member-${o.id}`}
            label={`${o.name} (${o.id})`}
            isDisabled={o.state !== 'active'}
            isChecked={chosen.includes(o.id)}
            onChange={(_e, on) => setChosen(on ? [...chosen, o.id] : chosen.filter((c) => c !== o.id))}
          />
        ))}
      </FormGroup>
    </WorkDialog>
  );
}

export function AddMember({ ledger, members, close }: { ledger: string; members: string[]; close: () => void }) {
  const { t } = useTranslation();
  const add = useAddMember(ledger);
  const organizations = useOrganizations();
  const [chosen, setChosen] = useState('');
  const rest = organizations.data?.items?.filter((o) => !members.includes(o.id)) ?? [];
  return (
    <WorkDialog
      title={t('ledger.addMember')}
      submit={t('add')}
      ready={chosen !== ''}
      start={() => add.mutateAsync(chosen)}
      close={close}
    >
      {rest.length === 0 && <p>{t('ledger.noMoreMembers')}</p>}
      {rest.map((o) => (
        <Radio
          key={o.id}
          id={`add-${o.id}`}
          name="member"
          label={`${o.name} (${o.id})`}
          isChecked={chosen === o.id}
          onChange={() => setChosen(o.id)}
        />
      ))}
    </WorkDialog>
  );
}

export function Deploy({ ledger, close }: { ledger: string; close: () => void }) {
  const { t, i18n } = useTranslation();
  const deploy = useDeploy(ledger);
  const catalogue = useCatalogue();
  const [chosen, setChosen] = useState('');
  return (
    <WorkDialog
      title={t('contract.deploy')}
      submit={t('contract.deployAction')}
      ready={chosen !== ''}
      start={() => deploy.mutateAsync(chosen)}
      close={close}
    >
      {catalogue.data?.items?.map((c) => (
        <Radio
          key={c.name}
          id={`catalogue-${c.name}`}
          name="contract"
          label={`${c.title[i18n.language] ?? c.name} (${c.name} ${c.version})`}
          description={c.description[i18n.language]}
          isChecked={chosen === c.name}
          onChange={() => setChosen(c.name)}
        />
      ))}
    </WorkDialog>
  );
}
