// Copyright: (c) 2026, tenantops.entra contributors
// GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
// @microsoft/microsoft-graph-client through a day's work. Reads {sandbox, token}, writes what it saw.

import { json } from "node:stream/consumers";
import graph from "@microsoft/microsoft-graph-client";

const { sandbox, token } = await json(process.stdin);
const client = graph.Client.initWithMiddleware({
  authProvider: { getAccessToken: async () => token },
  baseUrl: `${sandbox}/`,
  customHosts: new Set([new URL(sandbox).hostname]),
});

/** How a request that must fail was refused. */
async function refusal(request) {
  try {
    await request;
  } catch (error) {
    const { statusCode, code, requestId } = error;
    return { statusCode, code, requestId };
  }
  throw new Error("this should have been refused");
}

const told = {};
const made = await client.api("/applications").post({ displayName: "By JavaScript", tags: ["one"] });
await client.api(`/applications/${made.id}`).patch({ notes: "changed" });
const found = await client.api(`/applications/${made.id}`).select(["id", "notes", "tags"]).get();
told.application = { notes: found.notes, tags: found.tags };
const secret = await client.api(`/applications/${made.id}/addPassword`).post({ passwordCredential: { displayName: "main" } });
told.hint = secret.secretText.startsWith(secret.hint);

for (const number of [1, 2, 3, 4, 5]) await client.api("/applications").post({ displayName: `Paged ${number}` });
const paged = () => client.api("/applications").filter("startswith(displayName,'Paged')");
told.names = [];
const page = await paged().top(2).get();
const take = (one) => told.names.push(one.displayName) > 0;
await new graph.PageIterator(client, page, take).iterate();
const counted = await paged().header("ConsistencyLevel", "eventual").count(true).top(1).get();
told.count = counted["@odata.count"];

// without the version: https://github.com/microsoftgraph/msgraph-sdk-javascript/issues/1451
const step = (id, path, more) => ({ id, request: new Request(`${sandbox}${path}`, more) });
const post = { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify({ displayName: "Batched" }) };
const steps = [step("1", "/applications", post), step("2", `/applications/${crypto.randomUUID()}`), step("3", "/users?$top=1")];
const content = await new graph.BatchRequestContent(steps).getContent();
const answers = new graph.BatchResponseContent(await client.api("/$batch").post(content));
told.batch = Object.fromEntries([...answers.getResponses()].map(([id, answer]) => [id, answer.status]));
told.batched = (await answers.getResponseById("1").json()).displayName;

const people = await client.api("/users").select("id").get();
const group = await client.api("/groups").post({ displayName: "By JavaScript", mailEnabled: false, mailNickname: "js", securityEnabled: true });
const reference = { "@odata.id": `https://graph.microsoft.com/v1.0/directoryObjects/${people.value[0].id}` };
await client.api(`/groups/${group.id}/members/$ref`).post(reference);
told.members = (await client.api(`/groups/${group.id}/members`).get()).value.length;

await client.api(`/applications/${made.id}`).delete();
told.absent = await refusal(client.api(`/applications/${made.id}`).get());
told.wrong = await refusal(client.api("/applications").filter("nonsense eq 'x'").get());
console.log(JSON.stringify(told));
