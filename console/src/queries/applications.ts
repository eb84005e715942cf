// SPDX-License-Identifier: Apache-2.0

import { keepPreviousData, useMutation, useQuery } from '@tanstack/react-query';

import {
  createApplication,
  deleteApplication,
  downloadBundle,
  listApplications,
  type NewApplication,
} from '../api/applications';
import { saveFile } from '../device/saveFile';
import { keys } from './keys';
import { useWrite } from './write';

/** An organization's applications; nothing is asked for while no organization is named. */
export const useApplications = (org: string, cursor?: string) =>
  useQuery({
    queryKey: keys.applicationPage(org, cursor),
    queryFn: () => listApplications(org, cursor),
    enabled: org !== '',
    placeholderData: keepPreviousData,
  });

export const useCreateApplication = (org: string) =>
  useWrite((body: NewApplication, key) => createApplication(org, body, key), [keys.organization(org)]);

export const useDeleteApplication = (org: string) =>
  useWrite((name: string, key) => deleteApplication(org, name, key), [keys.organization(org)]);

/** Downloads an application's connection bundle as a file. */
export const useDownloadBundle = (org: string) =>
  useMutation({
    mutationFn: async (application: string) => {
      const { blob, name } = await downloadBundle(org, application);
      saveFile(name, blob);
    },
  });
