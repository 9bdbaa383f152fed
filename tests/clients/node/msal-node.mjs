// Copyright: (c) 2026, tenantops.entra contributors
// GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
// One grant of @azure/msal-node. Reads {grant, authority, clientId, ...}, writes what the grant gave or how it was refused.

import { readFile } from "node:fs/promises";
import { json } from "node:stream/consumers";
import { AuthError, ConfidentialClientApplication, CryptoProvider, PublicClientApplication } from "@azure/msal-node";

const given = await json(process.stdin);
const graph = "https://graph.microsoft.com";
const system = { loggerOptions: { loggerCallback: () => {} } };

/** The part of a configuration that every application has. */
function auth(more) {
  const { authority, clientId } = given;
  return { auth: { authority, clientId, knownAuthorities: [new URL(authority).host], ...more }, system };
}

const confidential = (proof) => new ConfidentialClientApplication(auth(proof));
const bySecret = () => confidential({ clientSecret: given.secret });
const open = () => new PublicClientApplication(auth());
const forItself = (application) => application.acquireTokenByClientCredential({ scopes: [`${graph}/.default`] });

/** A sign-in whose account the cache then knows, with other permissions asked for in silence. */
async function withSilence(application, first) {
  const wider = { scopes: ["Group.ReadWrite.All"], account: first.account, forceRefresh: true };
  return { ...first, silent: await application.acquireTokenSilent(wider) };
}

const grants = {
  secret: () => forItself(bySecret()),
  assertion: () => forItself(confidential({ clientAssertion: async () => readFile(given.assertionFile, "utf8") })),
  certificate: () => forItself(confidential({ clientCertificate: given.certificate })),
  behalf: () => bySecret().acquireTokenOnBehalfOf({ scopes: ["User.Read"], oboAssertion: given.token }),

  async password() {
    const application = open();
    const { username, password } = given;
    return withSilence(
      application,
      await application.acquireTokenByUsernamePassword({ scopes: ["User.Read"], username, password }),
    );
  },

  async device() {
    const application = open();
    const enter = ({ userCode }) =>
      fetch(`${given.sandbox}/_sandbox/device_codes`, {
        method: "POST",
        body: JSON.stringify({ user_code: userCode, user: given.username }),
      });
    return withSilence(
      application,
      await application.acquireTokenByDeviceCode({ scopes: ["User.Read"], deviceCodeCallback: enter }),
    );
  },

  async begin() {
    const { verifier, challenge } = await new CryptoProvider().generatePkceCodes();
    const wish = { scopes: ["User.Read"], redirectUri: given.redirectUri, state: "mine" };
    const pkce = { codeChallenge: challenge, codeChallengeMethod: "S256" };
    return { verifier, url: await bySecret().getAuthCodeUrl({ ...wish, ...pkce, responseMode: "query" }) };
  },

  async redeem() {
    const application = bySecret();
    const { code, verifier: codeVerifier, redirectUri } = given;
    return withSilence(
      application,
      await application.acquireTokenByCode({ scopes: ["User.Read"], code, codeVerifier, redirectUri }),
    );
  },
};

try {
  console.log(JSON.stringify(await grants[given.grant]()));
} catch (error) {
  if (!(error instanceof AuthError)) throw error;
  console.log(JSON.stringify({ refused: error.errorCode, message: error.errorMessage }));
}
