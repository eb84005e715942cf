// SPDX-License-Identifier: Apache-2.0

import { useTranslation } from 'react-i18next';

import type { Operation, Step } from '../api/operations';

/** Operations, their steps and subjects in words. What the console does not know is shown as the platform calls it. */
export function useOperationWords() {
  const { t } = useTranslation();
  const kinds: Record<string, string> = {
    'organization.create': t('operationKind.organizationCreate'),
    'organization.import': t('operationKind.organizationImport'),
    'organization.msp': t('operationKind.organizationMsp'),
    'node.certificates': t('operationKind.nodeCertificates'),
    'ledger.create': t('operationKind.ledgerCreate'),
    'ledger.add-organization': t('operationKind.ledgerAddOrganization'),
    'contract.deploy': t('operationKind.contractDeploy'),
    'admission.approve': t('operationKind.admissionApprove'),
    'certificate.revoke': t('operationKind.certificateRevoke'),
    'certificates.renew': t('operationKind.certificatesRenew'),
    'authority.change': t('operationKind.authorityChange'),
    'authority.finish': t('operationKind.authorityFinish'),
    'authority.revert': t('operationKind.authorityRevert'),
  };
  const steps: Record<string, string> = {
    'organization.create/authority': t('step.organizationAuthority'),
    'organization.create/peer': t('step.organizationPeer'),
    'organization.create/activate': t('step.organizationActivate'),
    'organization.import/keys': t('step.importKeys'),
    'organization.import/certificates': t('step.importCertificates'),
    'organization.import/peer': t('step.organizationPeer'),
    'organization.import/activate': t('step.organizationActivate'),
    'organization.msp/ledgers': t('step.mspLedgers'),
    'organization.msp/adopt': t('step.mspAdopt'),
    'organization.msp/peers': t('step.mspPeers'),
    'node.certificates/node': t('step.nodeCertificates'),
    'ledger.create/genesis': t('step.ledgerGenesis'),
    'ledger.create/orderers': t('step.ledgerOrderers'),
    'ledger.create/peers': t('step.ledgerPeers'),
    'ledger.create/activate': t('step.ledgerActivate'),
    'ledger.add-organization/config': t('step.memberConfig'),
    'ledger.add-organization/peer': t('step.memberPeer'),
    'ledger.add-organization/contracts': t('step.memberContracts'),
    'ledger.add-organization/activate': t('step.memberActivate'),
    'contract.deploy/process': t('step.contractProcess'),
    'contract.deploy/install': t('step.contractInstall'),
    'contract.deploy/approve': t('step.contractApprove'),
    'contract.deploy/commit': t('step.contractCommit'),
    'contract.deploy/ready': t('step.contractReady'),
    'ledger.create/meet': t('step.ledgerMeet'),
    'admission.approve/authority': t('step.organizationAuthority'),
    'admission.approve/peer': t('step.organizationPeer'),
    'admission.approve/activate': t('step.organizationActivate'),
    'admission.approve/administrator': t('step.administrator'),
    'authority.change/trust': t('step.authorityTrust'),
    'authority.change/prepare': t('step.authorityPrepare'),
    'authority.change/switch': t('step.authoritySwitch'),
    'authority.change/orderers': t('step.reissueOrderers'),
    'authority.change/peers': t('step.reissuePeers'),
    'authority.change/holders': t('step.reissueHolders'),
    'authority.change/retire': t('step.authorityRetire'),
    'authority.finish/retire': t('step.authorityRetire'),
    'authority.revert/switch': t('step.authorityBack'),
    'authority.revert/orderers': t('step.reissueOrderers'),
    'authority.revert/peers': t('step.reissuePeers'),
    'authority.revert/holders': t('step.reissueHolders'),
    'authority.revert/retire': t('step.authorityRetire'),
    'certificate.revoke/record': t('step.revokeRecord'),
    'certificate.revoke/list': t('step.revokeList'),
    'certificate.revoke/ledgers': t('step.revokeLedgers'),
    'certificate.revoke/peers': t('step.revokePeers'),
    'certificate.revoke/key': t('step.revokeKey'),
    'certificates.renew/orderers': t('step.renewOrderers'),
    'certificates.renew/peers': t('step.renewPeers'),
    'certificates.renew/holders': t('step.renewHolders'),
  };
  return {
    kindTitle: (operation: Operation) => kinds[operation.kind] ?? operation.kind,
    stepTitle: (kind: string, step: Step) => steps[`${kind}/${step.name}`] ?? step.title,
  };
}

/** The page of what an operation works on: "ledger/azterketak" or, for a contract, "ledger/azterketak/contract/exams". */
export function subjectPath(subject: string): string | undefined {
  const [noun, name, part, inner] = subject.split('/');
  if (!name) return undefined;
  switch (noun) {
    case 'organization':
    case 'msp':
      return `/organizations/${encodeURIComponent(name)}`;
    case 'ledger':
      return `/ledgers/${encodeURIComponent(name)}${part === 'contract' && inner ? `/contracts/${encodeURIComponent(inner)}` : ''}`;
    case 'revocation':
      return `/organizations/${encodeURIComponent(name)}/certificates`;
    case 'access-request':
      return `/access-requests/${encodeURIComponent(name)}`;
    case 'node':
      return `/nodes/${encodeURIComponent(name)}`;
    default:
      return undefined;
  }
}

/** What an operation works on, without its noun. */
export const subjectName = (subject: string): string => subject.split('/').slice(1).join('/') || subject;
