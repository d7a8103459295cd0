// The life of a HIT and of a qualification through the JavaScript SDK. Prints what it saw as one JSON object.

import {
  AssociateQualificationWithWorkerCommand,
  CreateHITCommand,
  CreateQualificationTypeCommand,
  DeleteHITCommand,
  DeleteQualificationTypeCommand,
  DisassociateQualificationFromWorkerCommand,
  GetAccountBalanceCommand,
  GetHITCommand,
  GetQualificationScoreCommand,
  MTurkClient,
  UpdateExpirationForHITCommand,
  paginateListHITs,
  paginateListWorkersWithQualificationType,
} from "@aws-sdk/client-mturk";

const mark = process.argv[2];
const client = new MTurkClient({ endpoint: process.env.AWS_ENDPOINT_URL_MTURK });
const send = (command) => client.send(command);
const QUESTION = `<HTMLQuestion xmlns="http://mechanicalturk.amazonaws.com/AWSMechanicalTurkDataSchemas/2011-11-11/HTMLQuestion.xsd"><HTMLContent><![CDATA[<!DOCTYPE html><html><body><form><input name="colour"></form></body></html>]]></HTMLContent><FrameHeight>0</FrameHeight></HTMLQuestion>`;

async function every(pages, key) {
  const found = [];
  for await (const page of pages) found.push(...(page[key] ?? []));
  return found;
}

async function refusal(act) {
  try {
    await act();
  } catch (error) {
    return { name: error.name, code: error.TurkErrorCode, message: error.message };
  }
  return null;
}

const seen = { balance: (await send(new GetAccountBalanceCommand({}))).AvailableBalance };

// A qualification: made, given to twelve workers, listed page by page, taken back.
const type = (
  await send(
    new CreateQualificationTypeCommand({
      Name: `Trees ${mark}`,
      Description: "Knows trees",
      QualificationTypeStatus: "Active",
    }),
  )
).QualificationType;
const workers = Array.from({ length: 12 }, (_, number) => `AJS${String(number).padStart(3, "0")}`);
for (const WorkerId of workers) {
  await send(
    new AssociateQualificationWithWorkerCommand({
      QualificationTypeId: type.QualificationTypeId,
      WorkerId,
      IntegerValue: 80,
      SendNotification: false,
    }),
  );
}
const held = await every(
  paginateListWorkersWithQualificationType(
    { client, pageSize: 5 },
    { QualificationTypeId: type.QualificationTypeId },
  ),
  "Qualifications",
);
seen.holders = held.map((one) => one.WorkerId);
const score = new GetQualificationScoreCommand({
  QualificationTypeId: type.QualificationTypeId,
  WorkerId: workers[0],
});
seen.score = (await send(score)).Qualification.IntegerValue;
await send(
  new DisassociateQualificationFromWorkerCommand({
    QualificationTypeId: type.QualificationTypeId,
    WorkerId: workers[0],
  }),
);
seen.revoked = await refusal(() => send(score));

// HITs that ask for it: made, listed page by page, ended, deleted.
const made = [];
for (let number = 0; number < 7; number += 1) {
  const answer = await send(
    new CreateHITCommand({
      Title: `Colours <${mark}> & more`,
      Description: "One picture, one word",
      Reward: "0.05",
      MaxAssignments: 3,
      AssignmentDurationInSeconds: 600,
      LifetimeInSeconds: 3600,
      Question: QUESTION,
      RequesterAnnotation: `row ${number}`,
      QualificationRequirements: [
        {
          QualificationTypeId: type.QualificationTypeId,
          Comparator: "GreaterThanOrEqualTo",
          IntegerValues: [80],
          ActionsGuarded: "Accept",
        },
      ],
    }),
  );
  made.push(answer.HIT);
}
const listed = await every(paginateListHITs({ client, pageSize: 3 }, {}), "HITs");
seen.annotations = listed
  .filter((hit) => made.some((one) => one.HITId === hit.HITId))
  .map((hit) => hit.RequesterAnnotation);
const first = (await send(new GetHITCommand({ HITId: made[0].HITId }))).HIT;
seen.hit = {
  title: first.Title,
  status: first.HITStatus,
  created: first.CreationTime instanceof Date,
  lifetime: (first.Expiration - first.CreationTime) / 1000,
  asked: first.QualificationRequirements.length,
};
seen.early = await refusal(() => send(new DeleteHITCommand({ HITId: made[0].HITId })));
for (const hit of made) {
  await send(new UpdateExpirationForHITCommand({ HITId: hit.HITId, ExpireAt: new Date(0) }));
  await send(new DeleteHITCommand({ HITId: hit.HITId }));
}
seen.gone = (await send(new GetHITCommand({ HITId: made[0].HITId }))).HIT.HITStatus;
await send(new DeleteQualificationTypeCommand({ QualificationTypeId: type.QualificationTypeId }));
seen.unknown = await refusal(() => send(new GetHITCommand({ HITId: "3NONE" })));

console.log(JSON.stringify(seen));
