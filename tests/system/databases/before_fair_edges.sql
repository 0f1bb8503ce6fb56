-- SPDX-License-Identifier: MIT
-- A whole database as the release before "Exams that are fair at the edges" left it, for test_upgrade.py: that release's binary
-- served, and people used it. "Over" was sat by three and closed; of "Live" one attempt has a saved answer, one has more time, one is
-- void; "Coming" is for later. Everybody's password is the one of the harness. Both engines read it.

CREATE TABLE audit_entries (
    id TEXT PRIMARY KEY,
    at BIGINT NOT NULL,
    actor TEXT NOT NULL,
    address TEXT NOT NULL,
    device TEXT NOT NULL,
    request_id TEXT NOT NULL,
    action TEXT NOT NULL,
    subject TEXT NOT NULL,
    part_of TEXT NOT NULL,
    before_act TEXT NOT NULL,
    after_act TEXT NOT NULL,
    number BIGINT UNIQUE,
    seal TEXT
);
INSERT INTO audit_entries VALUES ('01a226dd-65f7-76e7-aa3e-1d1d31cd7c56', 1795948373495, 'command line', '', '', '', 'account.created', 'account:01a226dd-65f4-7dc2-8ed0-b835f03d3a29', '', '', '{"roles":"ADMIN"}', 1, '7aab113048950ac23c19bbd4d713f70a06c7a5e2962c3015e27aba602ca14636');
INSERT INTO audit_entries VALUES ('01a226dd-70d6-7702-aa9c-4e290755681c', 1795948376278, '01a226dd-65f4-7dc2-8ed0-b835f03d3a29', '127.0.0.1', '', 'b98cc50d7327-1', 'auth.login', 'account:01a226dd-65f4-7dc2-8ed0-b835f03d3a29', '', '', '', 2, 'e74965050dfb6f5ce2bc6a72a7950a25468f124ec21c91aa2ab5363813f1d7df');
INSERT INTO audit_entries VALUES ('01a226dd-84bb-7f01-8a8b-292711a88cb3', 1795948381371, '', '127.0.0.1', '', 'a255eb6225b2-3', 'auth.signup', 'account:01a226dd-84b2-7994-bc37-5058633a904a', '', '', '', 3, '7232d20c3d5d11e0272b630bbaa9c6771c78b8782f38ef8b791e44cc3eb2f182');
INSERT INTO audit_entries VALUES ('01a226dd-853a-708a-8026-9edec9af2c2f', 1795948381498, '', '127.0.0.1', '', 'a255eb6225b2-5', 'auth.verified', 'account:01a226dd-84b2-7994-bc37-5058633a904a', '', '', '', 4, 'a6d8428c7ffc03724178ca082caf2f0a20eae4bdfe3b3b073a85238f093b6a7e');
INSERT INTO audit_entries VALUES ('01a226dd-8b5f-7a38-a9cb-3b55f243e53d', 1795948383071, '01a226dd-84b2-7994-bc37-5058633a904a', '127.0.0.1', '', 'b98cc50d7327-4', 'auth.login', 'account:01a226dd-84b2-7994-bc37-5058633a904a', '', '', '', 5, 'b8bb0a01fc336815ab5da0af50a7c6f7cb254dbe35621628441faa15b12c36d0');
INSERT INTO audit_entries VALUES ('01a226dd-a07b-7bdc-8e2d-6f61b321812b', 1795948388475, '', '127.0.0.1', '', 'a255eb6225b2-6', 'auth.signup', 'account:01a226dd-a07b-7848-8b15-9a6b582fa99c', '', '', '', 6, '119fa78383de73dee1a98e1c6b65f1148c0c0377a06a22411bc438a9024aa09c');
INSERT INTO audit_entries VALUES ('01a226dd-a0fd-7c8e-b159-fb0324cf5a03', 1795948388605, '', '127.0.0.1', '', 'a255eb6225b2-8', 'auth.verified', 'account:01a226dd-a07b-7848-8b15-9a6b582fa99c', '', '', '', 7, 'e49dffc9ace3d80172194bb3177f9d4388ded20caffbf524679f238be8f890d8');
INSERT INTO audit_entries VALUES ('01a226dd-a995-76e2-a8e1-c8b0e176f270', 1795948390805, '01a226dd-a07b-7848-8b15-9a6b582fa99c', '127.0.0.1', '', 'b98cc50d7327-7', 'auth.login', 'account:01a226dd-a07b-7848-8b15-9a6b582fa99c', '', '', '', 8, '324d39b038a6fc696d7e9dd6413cc03391818585e11a5e0a17bc166e5f858f61');
INSERT INTO audit_entries VALUES ('01a226dd-afbd-7ef0-a56d-0cca68db7bc5', 1795948392381, '', '127.0.0.1', '', 'a255eb6225b2-9', 'auth.signup', 'account:01a226dd-afbd-75e2-81ad-38c1d5751570', '', '', '', 9, '2358af1f450c3a9d431809bd9c899dfc4bd90a4ac0d2629ea6ee7647ed107764');
INSERT INTO audit_entries VALUES ('01a226dd-b02b-7635-ae85-bda06b4f96df', 1795948392491, '', '127.0.0.1', '', 'b98cc50d7327-9', 'auth.verified', 'account:01a226dd-afbd-75e2-81ad-38c1d5751570', '', '', '', 10, '51301ef258274804d18f317639f6b86999d74cbdd63016fe53d58065cfa4e1af');
INSERT INTO audit_entries VALUES ('01a226dd-b3be-775d-b48c-5895605cb98b', 1795948393406, '01a226dd-afbd-75e2-81ad-38c1d5751570', '127.0.0.1', '', 'a255eb6225b2-b', 'auth.login', 'account:01a226dd-afbd-75e2-81ad-38c1d5751570', '', '', '', 11, '9e60dc030b0a30352d5df7c145ab9f4200a82b07424f3144f8db3ee59de347ad');
INSERT INTO audit_entries VALUES ('01a226dd-b3e6-7e0a-9b02-50e7747ef2d4', 1795948393446, '01a226dd-65f4-7dc2-8ed0-b835f03d3a29', '127.0.0.1', '', 'b98cc50d7327-b', 'question.create', 'question:01a226dd-b3e6-739a-8ee9-79f1f98b6eb4', '', '', '{"id":"01a226dd-b3e6-739a-8ee9-79f1f98b6eb4","statement":"Which planet is the largest?","questionType":"SINGLE_CORRECT","domain":"general","marks":2,"negativeMarks":0.5,"difficulty":"MEDIUM","options":[{"id":"01a226dd-b3e6-7b77-8a76-0af7c106eb9b","text":"Jupiter","isCorrect":true,"order":1,"questionId":"01a226dd-b3e6-739a-8ee9-79f1f98b6eb4"},{"id":"01a226dd-b3e6-7c2d-9d5a-497523c7f03c","text":"Mars","isCorrect":false,"order":2,"questionId":"01a226dd-b3e6-739a-8ee9-79f1f98b6eb4"}],"numericalAnswer":null,"createdAt":"2026-11-29T10:33:13.446Z","updatedAt":"2026-11-29T10:33:13.446Z"}', 12, '5d76e379ea2d5e278184bbb12330f4916404780f877abc5a4cd97b26b7b7903e');
INSERT INTO audit_entries VALUES ('01a226dd-b3e9-7b27-9cbc-4db3dd668b97', 1795948393449, '01a226dd-65f4-7dc2-8ed0-b835f03d3a29', '127.0.0.1', '', 'a255eb6225b2-d', 'question.create', 'question:01a226dd-b3e8-7c04-b4a1-1e9e63c77b16', '', '', '{"id":"01a226dd-b3e8-7c04-b4a1-1e9e63c77b16","statement":"Which are prime?","questionType":"MULTIPLE_CORRECT","domain":"general","marks":3,"negativeMarks":1,"difficulty":"MEDIUM","options":[{"id":"01a226dd-b3e8-7c02-8ebe-451acbd3f230","text":"2","isCorrect":true,"order":1,"questionId":"01a226dd-b3e8-7c04-b4a1-1e9e63c77b16"},{"id":"01a226dd-b3e8-715b-bac1-87f907c1096b","text":"3","isCorrect":true,"order":2,"questionId":"01a226dd-b3e8-7c04-b4a1-1e9e63c77b16"},{"id":"01a226dd-b3e8-7ade-ba26-045b1e329983","text":"4","isCorrect":false,"order":3,"questionId":"01a226dd-b3e8-7c04-b4a1-1e9e63c77b16"}],"numericalAnswer":null,"createdAt":"2026-11-29T10:33:13.448Z","updatedAt":"2026-11-29T10:33:13.448Z"}', 13, '8bf847363ae7d6a3e03ff1ddd8c90de088e5135ee3b2ee3a76a62e4c6471de47');
INSERT INTO audit_entries VALUES ('01a226dd-b3ea-7468-85fc-4bf790e17e55', 1795948393450, '01a226dd-65f4-7dc2-8ed0-b835f03d3a29', '127.0.0.1', '', 'b98cc50d7327-c', 'question.create', 'question:01a226dd-b3ea-7801-ab0f-d35ae1d396de', '', '', '{"id":"01a226dd-b3ea-7801-ab0f-d35ae1d396de","statement":"g in m/s2?","questionType":"NUMERICAL","domain":"general","marks":1,"negativeMarks":0,"difficulty":"MEDIUM","options":[],"numericalAnswer":{"id":"01a226dd-b3ea-7801-ab0f-d35ae1d396de","questionId":"01a226dd-b3ea-7801-ab0f-d35ae1d396de","value":9.8,"tolerance":0.1},"createdAt":"2026-11-29T10:33:13.450Z","updatedAt":"2026-11-29T10:33:13.450Z"}', 14, '99c26d16f51f1f555e62110f1ee19b2c619394b51cdfd2d4a00703f7ad308f3e');
INSERT INTO audit_entries VALUES ('01a226dd-b3ec-7161-b092-6898fe987298', 1795948393452, '01a226dd-65f4-7dc2-8ed0-b835f03d3a29', '127.0.0.1', '', 'a255eb6225b2-e', 'question.create', 'question:01a226dd-b3ec-7d41-8781-77edd647bc4c', '', '', '{"id":"01a226dd-b3ec-7d41-8781-77edd647bc4c","statement":"Which gas do plants take?","questionType":"SINGLE_CORRECT","domain":"general","marks":2,"negativeMarks":0.5,"difficulty":"MEDIUM","options":[{"id":"01a226dd-b3ec-7f27-b311-c0d539293ec9","text":"CO2","isCorrect":true,"order":1,"questionId":"01a226dd-b3ec-7d41-8781-77edd647bc4c"},{"id":"01a226dd-b3ec-7dc1-bf98-7a8df1a60c5c","text":"N2","isCorrect":false,"order":2,"questionId":"01a226dd-b3ec-7d41-8781-77edd647bc4c"}],"numericalAnswer":null,"createdAt":"2026-11-29T10:33:13.452Z","updatedAt":"2026-11-29T10:33:13.452Z"}', 15, 'f239cb5e4ed0744ab0b0a1f204a7fbcce34a373aa57de9bb332357ff5177cc21');
INSERT INTO audit_entries VALUES ('01a226dd-b3f2-79d1-8225-268710f24d36', 1795948393458, '01a226dd-65f4-7dc2-8ed0-b835f03d3a29', '127.0.0.1', '', 'b98cc50d7327-d', 'question.create', 'question:01a226dd-b3f2-7bc7-89ec-a322bec4b355', '', '', '{"id":"01a226dd-b3f2-7bc7-89ec-a322bec4b355","statement":"Half of 5?","questionType":"NUMERICAL","domain":"general","marks":1,"negativeMarks":0,"difficulty":"MEDIUM","options":[],"numericalAnswer":{"id":"01a226dd-b3f2-7bc7-89ec-a322bec4b355","questionId":"01a226dd-b3f2-7bc7-89ec-a322bec4b355","value":2.5,"tolerance":0},"createdAt":"2026-11-29T10:33:13.458Z","updatedAt":"2026-11-29T10:33:13.458Z"}', 16, '432fb46e562118c6073dc7558d6fc7fe0fc860eb08dc47223097389efee58f84');
INSERT INTO audit_entries VALUES ('01a226dd-b3f7-71d4-b338-86cc1bbb7506', 1795948393463, '01a226dd-65f4-7dc2-8ed0-b835f03d3a29', '127.0.0.1', '', 'a255eb6225b2-f', 'exam.create', 'exam:01a226dd-b3f7-7504-bc83-6903152b6488', '', '', '{"id":"01a226dd-b3f7-7504-bc83-6903152b6488","title":"Over","description":null,"startTime":"2026-11-29T10:32:13.000Z","endTime":"2026-11-29T11:33:13.000Z","durationMinutes":30,"status":"DRAFT","state":"DRAFT","leaderboard":"EVERYONE","leaderboardNames":"FULL","createdBy":"01a226dd-65f4-7dc2-8ed0-b835f03d3a29","createdAt":"2026-11-29T10:33:13.463Z","updatedAt":"2026-11-29T10:33:13.463Z","releaseTime":"2026-11-29T11:33:13.000Z"}', 17, 'e76bf54f3fe7e6f7a482fa6242c64843990eec577f86e2c573fb4f01a308c1b2');
INSERT INTO audit_entries VALUES ('01a226dd-b400-79fb-a98b-f2d19bb69631', 1795948393472, '01a226dd-65f4-7dc2-8ed0-b835f03d3a29', '127.0.0.1', '', 'b98cc50d7327-e', 'exam.questions', 'exam:01a226dd-b3f7-7504-bc83-6903152b6488', '', '{"taken":""}', '{"added":"01a226dd-b3e6-739a-8ee9-79f1f98b6eb4 01a226dd-b3e8-7c04-b4a1-1e9e63c77b16 01a226dd-b3ea-7801-ab0f-d35ae1d396de"}', 18, '46ab7677849e733aec10440c4f60baa4ce0b3b8eb715d431f932b9c29d49688a');
INSERT INTO audit_entries VALUES ('01a226dd-b405-7daf-ab36-0397b5c03764', 1795948393477, '01a226dd-65f4-7dc2-8ed0-b835f03d3a29', '127.0.0.1', '', 'a255eb6225b2-g', 'exam.publish', 'exam:01a226dd-b3f7-7504-bc83-6903152b6488', '', '{"id":"01a226dd-b3f7-7504-bc83-6903152b6488","title":"Over","description":null,"startTime":"2026-11-29T10:32:13.000Z","endTime":"2026-11-29T11:33:13.000Z","durationMinutes":30,"status":"DRAFT","state":"DRAFT","leaderboard":"EVERYONE","leaderboardNames":"FULL","createdBy":"01a226dd-65f4-7dc2-8ed0-b835f03d3a29","createdAt":"2026-11-29T10:33:13.463Z","updatedAt":"2026-11-29T10:33:13.463Z","releaseTime":"2026-11-29T11:33:13.000Z"}', '{"id":"01a226dd-b3f7-7504-bc83-6903152b6488","title":"Over","description":null,"startTime":"2026-11-29T10:32:13.000Z","endTime":"2026-11-29T11:33:13.000Z","durationMinutes":30,"status":"PUBLISHED","state":"PUBLISHED","leaderboard":"EVERYONE","leaderboardNames":"FULL","createdBy":"01a226dd-65f4-7dc2-8ed0-b835f03d3a29","createdAt":"2026-11-29T10:33:13.463Z","updatedAt":"2026-11-29T10:33:13.477Z","releaseTime":"2026-11-29T11:33:13.000Z"}', 19, '43fddebc956c0e1f088d65a9ffed4013493308ffac81d9a84257f001d8c1aab7');
INSERT INTO audit_entries VALUES ('01a226dd-b40a-7f94-9295-e7d4a5f31dff', 1795948393482, '01a226dd-65f4-7dc2-8ed0-b835f03d3a29', '127.0.0.1', '', 'b98cc50d7327-f', 'exam.create', 'exam:01a226dd-b40a-76fe-918c-64932e6b93d9', '', '', '{"id":"01a226dd-b40a-76fe-918c-64932e6b93d9","title":"Live","description":null,"startTime":"2026-11-29T10:32:13.000Z","endTime":"2026-11-29T11:33:13.000Z","durationMinutes":30,"status":"DRAFT","state":"DRAFT","leaderboard":"EVERYONE","leaderboardNames":"FULL","createdBy":"01a226dd-65f4-7dc2-8ed0-b835f03d3a29","createdAt":"2026-11-29T10:33:13.482Z","updatedAt":"2026-11-29T10:33:13.482Z","releaseTime":"2026-11-29T11:33:13.000Z"}', 20, '0d017af648ce1010d9b226fdf120d6479e4f94eb158830584d985afd10281136');
INSERT INTO audit_entries VALUES ('01a226dd-b40d-7a27-aea9-69f69310b9c8', 1795948393485, '01a226dd-65f4-7dc2-8ed0-b835f03d3a29', '127.0.0.1', '', 'a255eb6225b2-h', 'exam.questions', 'exam:01a226dd-b40a-76fe-918c-64932e6b93d9', '', '{"taken":""}', '{"added":"01a226dd-b3ec-7d41-8781-77edd647bc4c 01a226dd-b3f2-7bc7-89ec-a322bec4b355"}', 21, '2d16dbf9d3f0b654f1cb1920c75653783243ebc4e59a64be452335699ca74d04');
INSERT INTO audit_entries VALUES ('01a226dd-b411-7ce8-b71a-aec5b12137dc', 1795948393489, '01a226dd-65f4-7dc2-8ed0-b835f03d3a29', '127.0.0.1', '', 'b98cc50d7327-g', 'exam.publish', 'exam:01a226dd-b40a-76fe-918c-64932e6b93d9', '', '{"id":"01a226dd-b40a-76fe-918c-64932e6b93d9","title":"Live","description":null,"startTime":"2026-11-29T10:32:13.000Z","endTime":"2026-11-29T11:33:13.000Z","durationMinutes":30,"status":"DRAFT","state":"DRAFT","leaderboard":"EVERYONE","leaderboardNames":"FULL","createdBy":"01a226dd-65f4-7dc2-8ed0-b835f03d3a29","createdAt":"2026-11-29T10:33:13.482Z","updatedAt":"2026-11-29T10:33:13.482Z","releaseTime":"2026-11-29T11:33:13.000Z"}', '{"id":"01a226dd-b40a-76fe-918c-64932e6b93d9","title":"Live","description":null,"startTime":"2026-11-29T10:32:13.000Z","endTime":"2026-11-29T11:33:13.000Z","durationMinutes":30,"status":"PUBLISHED","state":"PUBLISHED","leaderboard":"EVERYONE","leaderboardNames":"FULL","createdBy":"01a226dd-65f4-7dc2-8ed0-b835f03d3a29","createdAt":"2026-11-29T10:33:13.482Z","updatedAt":"2026-11-29T10:33:13.488Z","releaseTime":"2026-11-29T11:33:13.000Z"}', 22, 'ce09bf6f2182e9cdc54895a7b5f36c4451e4bcf2c92ccc4a8532ea0766383c2c');
INSERT INTO audit_entries VALUES ('01a226dd-b414-7cf4-a4f1-d618437625e4', 1795948393492, '01a226dd-65f4-7dc2-8ed0-b835f03d3a29', '127.0.0.1', '', 'a255eb6225b2-i', 'exam.create', 'exam:01a226dd-b414-798b-ad85-580edc4646fe', '', '', '{"id":"01a226dd-b414-798b-ad85-580edc4646fe","title":"Coming","description":null,"startTime":"2026-11-30T10:33:13.000Z","endTime":"2026-11-30T11:33:13.000Z","durationMinutes":30,"status":"DRAFT","state":"DRAFT","leaderboard":"EVERYONE","leaderboardNames":"FULL","createdBy":"01a226dd-65f4-7dc2-8ed0-b835f03d3a29","createdAt":"2026-11-29T10:33:13.492Z","updatedAt":"2026-11-29T10:33:13.492Z","releaseTime":"2026-11-30T11:33:13.000Z"}', 23, '7f9741ce39ec87b57b2e46ad711cd66992bcca6c807476a723feaddb712e8251');
INSERT INTO audit_entries VALUES ('01a226dd-b417-7c07-be44-5819750211cb', 1795948393495, '01a226dd-65f4-7dc2-8ed0-b835f03d3a29', '127.0.0.1', '', 'b98cc50d7327-h', 'exam.questions', 'exam:01a226dd-b414-798b-ad85-580edc4646fe', '', '{"taken":""}', '{"added":"01a226dd-b3e6-739a-8ee9-79f1f98b6eb4 01a226dd-b3e8-7c04-b4a1-1e9e63c77b16 01a226dd-b3ea-7801-ab0f-d35ae1d396de"}', 24, '79faef3ab494d5969b2ce715c0833386488e9845fee97b730f6fc6fe768fe08c');
INSERT INTO audit_entries VALUES ('01a226dd-b41a-74e3-ac8a-7e295d2c9b3e', 1795948393498, '01a226dd-65f4-7dc2-8ed0-b835f03d3a29', '127.0.0.1', '', 'a255eb6225b2-j', 'exam.publish', 'exam:01a226dd-b414-798b-ad85-580edc4646fe', '', '{"id":"01a226dd-b414-798b-ad85-580edc4646fe","title":"Coming","description":null,"startTime":"2026-11-30T10:33:13.000Z","endTime":"2026-11-30T11:33:13.000Z","durationMinutes":30,"status":"DRAFT","state":"DRAFT","leaderboard":"EVERYONE","leaderboardNames":"FULL","createdBy":"01a226dd-65f4-7dc2-8ed0-b835f03d3a29","createdAt":"2026-11-29T10:33:13.492Z","updatedAt":"2026-11-29T10:33:13.492Z","releaseTime":"2026-11-30T11:33:13.000Z"}', '{"id":"01a226dd-b414-798b-ad85-580edc4646fe","title":"Coming","description":null,"startTime":"2026-11-30T10:33:13.000Z","endTime":"2026-11-30T11:33:13.000Z","durationMinutes":30,"status":"PUBLISHED","state":"PUBLISHED","leaderboard":"EVERYONE","leaderboardNames":"FULL","createdBy":"01a226dd-65f4-7dc2-8ed0-b835f03d3a29","createdAt":"2026-11-29T10:33:13.492Z","updatedAt":"2026-11-29T10:33:13.498Z","releaseTime":"2026-11-30T11:33:13.000Z"}', 25, 'a10b17c691d8a8da0345cd5718592634de025fb0b633f88ceceee4ec20854744');
INSERT INTO audit_entries VALUES ('01a226dd-b41f-7b3a-b60c-5bb8dbd4ea0d', 1795948393503, '01a226dd-84b2-7994-bc37-5058633a904a', '127.0.0.1', '', 'b98cc50d7327-i', 'attempt.start', 'attempt:01a226dd-b41e-7b64-a918-55727db32737', 'exam:01a226dd-b3f7-7504-bc83-6903152b6488', '', '{"candidate":"01a226dd-84b2-7994-bc37-5058633a904a","status":"IN_PROGRESS","deadline":"2026-11-29T11:03:13.502Z"}', 26, '3fc83d25de3e067ddabc16bd42ab30fa79e29975fafa4a4b442982e7c9892ff4');
INSERT INTO audit_entries VALUES ('01a226dd-b42c-7695-ad2e-a916305b3ad9', 1795948393516, '01a226dd-84b2-7994-bc37-5058633a904a', '127.0.0.1', '', 'a255eb6225b2-m', 'attempt.submit', 'attempt:01a226dd-b41e-7b64-a918-55727db32737', 'exam:01a226dd-b3f7-7504-bc83-6903152b6488', '', '{"candidate":"01a226dd-84b2-7994-bc37-5058633a904a","status":"SUBMITTED","deadline":"2026-11-29T11:03:13.502Z"}', 27, '4802658f183c1a6a8bb8e39b628f856886f15351674b909c447ca0c5ce02dd38');
INSERT INTO audit_entries VALUES ('01a226dd-b42f-7ae1-95ba-e6e989e74e4f', 1795948393519, '01a226dd-a07b-7848-8b15-9a6b582fa99c', '127.0.0.1', '', 'b98cc50d7327-l', 'attempt.start', 'attempt:01a226dd-b42f-7ae0-bc96-7671ed661a46', 'exam:01a226dd-b3f7-7504-bc83-6903152b6488', '', '{"candidate":"01a226dd-a07b-7848-8b15-9a6b582fa99c","status":"IN_PROGRESS","deadline":"2026-11-29T11:03:13.519Z"}', 28, '205f7b576aad5510af083aeafee5313befc06251e6438b85d00bbd0ea85e088b');
INSERT INTO audit_entries VALUES ('01a226dd-b43c-78cf-861c-ea1157d7ff5b', 1795948393532, '01a226dd-afbd-75e2-81ad-38c1d5751570', '127.0.0.1', '', 'a255eb6225b2-o', 'attempt.start', 'attempt:01a226dd-b43c-76f4-975d-13855b0b355f', 'exam:01a226dd-b3f7-7504-bc83-6903152b6488', '', '{"candidate":"01a226dd-afbd-75e2-81ad-38c1d5751570","status":"IN_PROGRESS","deadline":"2026-11-29T11:03:13.532Z"}', 29, '5ae1ed629a853eac6375f8d0f3fc993a2e970bcf1b780ff124dcba2793da8c66');
INSERT INTO audit_entries VALUES ('01a226dd-b441-75b1-8d1a-7395baa9c9c5', 1795948393537, '01a226dd-65f4-7dc2-8ed0-b835f03d3a29', '127.0.0.1', '', 'a255eb6225b2-p', 'exam.close', 'exam:01a226dd-b3f7-7504-bc83-6903152b6488', '', '{"id":"01a226dd-b3f7-7504-bc83-6903152b6488","title":"Over","description":null,"startTime":"2026-11-29T10:32:13.000Z","endTime":"2026-11-29T11:33:13.000Z","durationMinutes":30,"status":"PUBLISHED","state":"PUBLISHED","leaderboard":"EVERYONE","leaderboardNames":"FULL","createdBy":"01a226dd-65f4-7dc2-8ed0-b835f03d3a29","createdAt":"2026-11-29T10:33:13.463Z","updatedAt":"2026-11-29T10:33:13.477Z","releaseTime":"2026-11-29T11:33:13.000Z"}', '{"id":"01a226dd-b3f7-7504-bc83-6903152b6488","title":"Over","description":null,"startTime":"2026-11-29T10:32:13.000Z","endTime":"2026-11-29T10:33:13.537Z","durationMinutes":30,"status":"CLOSED","state":"CLOSED","leaderboard":"EVERYONE","leaderboardNames":"FULL","createdBy":"01a226dd-65f4-7dc2-8ed0-b835f03d3a29","createdAt":"2026-11-29T10:33:13.463Z","updatedAt":"2026-11-29T10:33:13.537Z","releaseTime":"2026-11-29T10:33:13.537Z"}', 30, 'd617b9afb2d58ee1844429e26dfe5a0faaf2f83622a54e18621f07d60f3373cd');
INSERT INTO audit_entries VALUES ('01a226dd-b442-7e5a-8d43-d6c413ed7789', 1795948393538, 'system', '', '', '', 'attempt.end', 'attempt:01a226dd-b42f-7ae0-bc96-7671ed661a46', 'exam:01a226dd-b3f7-7504-bc83-6903152b6488', '', '{"candidate":"01a226dd-a07b-7848-8b15-9a6b582fa99c","status":"AUTO_SUBMITTED","deadline":"2026-11-29T10:33:13.537Z"}', 33, '0c0d55a546fd943ddb1f7c719e1c8bb21a5a0c3720bf7c812cd980def0ec9390');
INSERT INTO audit_entries VALUES ('01a226dd-b442-7887-ab32-cad699df1e72', 1795948393538, 'system', '', '', '', 'attempt.end', 'attempt:01a226dd-b43c-76f4-975d-13855b0b355f', 'exam:01a226dd-b3f7-7504-bc83-6903152b6488', '', '{"candidate":"01a226dd-afbd-75e2-81ad-38c1d5751570","status":"AUTO_SUBMITTED","deadline":"2026-11-29T10:33:13.537Z"}', 32, '6b5b7c4039fb4cb0dbd77ddf1b2220919f6341cd6601cb796f5f234b4e4d0ba5');
INSERT INTO audit_entries VALUES ('01a226dd-b442-7507-aa64-777d123b4331', 1795948393538, 'system', '', '', '', 'exam.closed', 'exam:01a226dd-b3f7-7504-bc83-6903152b6488', '', '', '{"ended":"2"}', 31, '446780efa85b240aad10fde1b9bbb2fe4834f89433fd409b11c82dc3aa14bce2');
INSERT INTO audit_entries VALUES ('01a226dd-ba36-734b-8b6b-27c7427a010c', 1795948395062, '01a226dd-84b2-7994-bc37-5058633a904a', '127.0.0.1', '', 'a255eb6225b2-q', 'attempt.start', 'attempt:01a226dd-ba35-7be6-80f1-db10dd58d9d9', 'exam:01a226dd-b40a-76fe-918c-64932e6b93d9', '', '{"candidate":"01a226dd-84b2-7994-bc37-5058633a904a","status":"IN_PROGRESS","deadline":"2026-11-29T11:03:15.061Z"}', 34, 'a4025f37a275f31b8cc86ab805df7eb4ad9238826e6fb8fc8eea29ba68507195');
INSERT INTO audit_entries VALUES ('01a226dd-ba83-765a-8e60-0a8585c2fb6a', 1795948395139, '01a226dd-a07b-7848-8b15-9a6b582fa99c', '127.0.0.1', '', 'b98cc50d7327-q', 'attempt.start', 'attempt:01a226dd-ba83-7d99-9215-04d01eae68ad', 'exam:01a226dd-b40a-76fe-918c-64932e6b93d9', '', '{"candidate":"01a226dd-a07b-7848-8b15-9a6b582fa99c","status":"IN_PROGRESS","deadline":"2026-11-29T11:03:15.139Z"}', 35, '8e4d8099b358733a2ab95945413c875fb6f34a7dd218a399d77e59d069564afd');
INSERT INTO audit_entries VALUES ('01a226dd-babf-70a2-b4db-d6e5d5967a90', 1795948395199, '01a226dd-65f4-7dc2-8ed0-b835f03d3a29', '127.0.0.1', '', 'a255eb6225b2-t', 'attempt.extend', 'attempt:01a226dd-ba83-7d99-9215-04d01eae68ad', 'exam:01a226dd-b40a-76fe-918c-64932e6b93d9', '{"deadline":"2026-11-29T11:03:15.139Z"}', '{"candidate":"01a226dd-a07b-7848-8b15-9a6b582fa99c","status":"IN_PROGRESS","deadline":"2026-11-29T11:13:15.139Z"}', 36, '674270d6f69fb28729573a10a158d612a6765d91614e19973b162217a5fb2836');
INSERT INTO audit_entries VALUES ('01a226dd-bacd-753c-9abd-6265d0bea18b', 1795948395213, '01a226dd-afbd-75e2-81ad-38c1d5751570', '127.0.0.1', '', 'b98cc50d7327-s', 'attempt.start', 'attempt:01a226dd-bacd-74fc-aa4b-3047535b7505', 'exam:01a226dd-b40a-76fe-918c-64932e6b93d9', '', '{"candidate":"01a226dd-afbd-75e2-81ad-38c1d5751570","status":"IN_PROGRESS","deadline":"2026-11-29T11:03:15.213Z"}', 37, 'c40243c66441d462f91127cdecbcc64e7ac7a5251eef8aace0d1bca45e34c35e');
INSERT INTO audit_entries VALUES ('01a226dd-bae3-7b26-b1ec-204789905ddb', 1795948395235, '01a226dd-65f4-7dc2-8ed0-b835f03d3a29', '127.0.0.1', '', 'a255eb6225b2-v', 'attempt.void', 'attempt:01a226dd-bacd-74fc-aa4b-3047535b7505', 'exam:01a226dd-b40a-76fe-918c-64932e6b93d9', '{"candidate":"01a226dd-afbd-75e2-81ad-38c1d5751570","status":"IN_PROGRESS","deadline":"2026-11-29T11:03:15.213Z"}', '{"status":"VOIDED","reason":"took the wrong seat"}', 38, '3692ab6553a19a35d1da5e32245a71e2fa0d7d8dadd9910b58d3148e73c78e9a');
CREATE TABLE audit_head (
    id INTEGER PRIMARY KEY,
    number BIGINT NOT NULL,
    seal TEXT NOT NULL
);
INSERT INTO audit_head VALUES (1, 38, '3692ab6553a19a35d1da5e32245a71e2fa0d7d8dadd9910b58d3148e73c78e9a');
CREATE TABLE cohorts (
    id TEXT PRIMARY KEY,
    name TEXT NOT NULL,
    name_key TEXT NOT NULL UNIQUE,
    created_at BIGINT NOT NULL
);
CREATE TABLE departed_accounts (
    digest TEXT NOT NULL,
    user_id TEXT NOT NULL,
    PRIMARY KEY (digest, user_id)
);
CREATE TABLE dev_mails (
            id TEXT PRIMARY KEY,
            sender TEXT NOT NULL,
            recipient TEXT NOT NULL,
            recipient_key TEXT NOT NULL,
            subject TEXT NOT NULL,
            html TEXT NOT NULL,
            body_text TEXT NOT NULL,
            received_at BIGINT NOT NULL
        , source TEXT NOT NULL DEFAULT '');
CREATE TABLE enrolments (
    number_key TEXT PRIMARY KEY,
    number TEXT NOT NULL,
    email TEXT NOT NULL,
    email_canonical TEXT NOT NULL UNIQUE,
    full_name TEXT NOT NULL,
    user_id TEXT UNIQUE,
    vouched_at BIGINT NOT NULL,
    invited_until BIGINT
);
CREATE TABLE exam_access (
    exam_id TEXT PRIMARY KEY,
    cohort_ids TEXT NOT NULL,
    codes TEXT NOT NULL,
    addresses TEXT NOT NULL,
    config_keys TEXT NOT NULL,
    browser_keys TEXT NOT NULL
);
CREATE TABLE exam_audit (
    id TEXT PRIMARY KEY,
    at BIGINT NOT NULL,
    actor_id TEXT NOT NULL,
    action TEXT NOT NULL,
    exam_id TEXT NOT NULL,
    attempt_id TEXT,
    detail TEXT NOT NULL
);
CREATE TABLE exams (
    id TEXT PRIMARY KEY,
    title TEXT NOT NULL,
    description TEXT NOT NULL,
    duration_minutes BIGINT NOT NULL,
    start_at BIGINT NOT NULL,
    end_at BIGINT NOT NULL,
    release_at BIGINT NOT NULL,
    status TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL
, created_by TEXT, board_view TEXT NOT NULL DEFAULT 'EVERYONE', board_names TEXT NOT NULL DEFAULT 'FULL');
INSERT INTO exams VALUES ('01a226dd-b3f7-7504-bc83-6903152b6488', 'Over', '', 30, 1795948333000, 1795948393537, 1795948393537, 'CLOSED', 1795948393463, 1795948393537, '01a226dd-65f4-7dc2-8ed0-b835f03d3a29', 'EVERYONE', 'FULL');
INSERT INTO exams VALUES ('01a226dd-b40a-76fe-918c-64932e6b93d9', 'Live', '', 30, 1795948333000, 1795951993000, 1795951993000, 'PUBLISHED', 1795948393482, 1795948395191, '01a226dd-65f4-7dc2-8ed0-b835f03d3a29', 'EVERYONE', 'FULL');
INSERT INTO exams VALUES ('01a226dd-b414-798b-ad85-580edc4646fe', 'Coming', '', 30, 1796034793000, 1796038393000, 1796038393000, 'PUBLISHED', 1795948393492, 1795948393498, '01a226dd-65f4-7dc2-8ed0-b835f03d3a29', 'EVERYONE', 'FULL');
CREATE TABLE letters (
    id TEXT PRIMARY KEY,
    kind TEXT NOT NULL,
    subject TEXT NOT NULL,
    html TEXT NOT NULL,
    list TEXT NOT NULL,
    state TEXT NOT NULL
);
CREATE TABLE mail_log (
    mail_id TEXT NOT NULL,
    try_number INTEGER NOT NULL,
    at BIGINT NOT NULL,
    outcome TEXT NOT NULL,
    code INTEGER NOT NULL,
    reply TEXT NOT NULL,
    PRIMARY KEY (mail_id, try_number)
);
CREATE TABLE mail_webhooks (
    id TEXT PRIMARY KEY,
    received_at BIGINT NOT NULL
);
CREATE TABLE mailing_list_members (
    list TEXT NOT NULL,
    address TEXT NOT NULL,
    to_address TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    PRIMARY KEY (list, address)
);
CREATE TABLE newsletters (
    id TEXT PRIMARY KEY REFERENCES letters (id),
    subject TEXT NOT NULL,
    list TEXT NOT NULL,
    audience TEXT NOT NULL,
    status TEXT NOT NULL,
    pause_reason TEXT NOT NULL,
    cursor_key TEXT NOT NULL,
    all_found INTEGER NOT NULL,
    settled INTEGER NOT NULL DEFAULT 0,
    created_by TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    tested_at BIGINT,
    started_at BIGINT,
    finished_at BIGINT
);
CREATE TABLE notifications (
    id TEXT PRIMARY KEY,
    subject TEXT NOT NULL,
    audience TEXT NOT NULL,
    recipients INTEGER NOT NULL,
    created_by TEXT NOT NULL,
    created_at BIGINT NOT NULL
, html TEXT NOT NULL DEFAULT '');
CREATE TABLE outbox (
    id TEXT PRIMARY KEY,
    kind TEXT NOT NULL,
    to_address TEXT NOT NULL,
    subject TEXT NOT NULL,
    body TEXT NOT NULL,
    sealed INTEGER NOT NULL,
    priority INTEGER NOT NULL,
    user_id TEXT,
    status TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    queued_at BIGINT,
    finished_at BIGINT,
    attempts INTEGER NOT NULL DEFAULT 0,
    last_error TEXT
, letter_id TEXT REFERENCES letters (id), to_canonical TEXT, in_doubt_at BIGINT, expires_at BIGINT);
CREATE TABLE password_codes (
    user_id TEXT NOT NULL,
    asker TEXT NOT NULL,
    code_hash TEXT NOT NULL,
    link_hash TEXT NOT NULL UNIQUE,
    created_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    askers_tries INTEGER NOT NULL,
    others_tries INTEGER NOT NULL,
    PRIMARY KEY (user_id, asker)
);
CREATE TABLE pending_invalidations (
    id BIGINT PRIMARY KEY,
    oldest BIGINT NOT NULL,
    newest BIGINT NOT NULL,
    repeated BIGINT NOT NULL,
    record TEXT NOT NULL
);
CREATE TABLE questions (
    id TEXT PRIMARY KEY,
    statement TEXT NOT NULL,
    question_type TEXT NOT NULL,
    domain TEXT NOT NULL,
    marks BIGINT NOT NULL,
    negative_marks BIGINT NOT NULL,
    difficulty TEXT NOT NULL,
    numerical_answer TEXT,
    tolerance TEXT,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL
);
INSERT INTO questions VALUES ('01a226dd-b3e6-739a-8ee9-79f1f98b6eb4', 'Which planet is the largest?', 'SINGLE_CORRECT', 'general', 2000, 500, 'MEDIUM', NULL, NULL, 1795948393446, 1795948393446);
INSERT INTO questions VALUES ('01a226dd-b3e8-7c04-b4a1-1e9e63c77b16', 'Which are prime?', 'MULTIPLE_CORRECT', 'general', 3000, 1000, 'MEDIUM', NULL, NULL, 1795948393448, 1795948393448);
INSERT INTO questions VALUES ('01a226dd-b3ea-7801-ab0f-d35ae1d396de', 'g in m/s2?', 'NUMERICAL', 'general', 1000, 0, 'MEDIUM', '9.8', '0.1', 1795948393450, 1795948393450);
INSERT INTO questions VALUES ('01a226dd-b3ec-7d41-8781-77edd647bc4c', 'Which gas do plants take?', 'SINGLE_CORRECT', 'general', 2000, 500, 'MEDIUM', NULL, NULL, 1795948393452, 1795948393452);
INSERT INTO questions VALUES ('01a226dd-b3f2-7bc7-89ec-a322bec4b355', 'Half of 5?', 'NUMERICAL', 'general', 1000, 0, 'MEDIUM', '2.5', '0', 1795948393458, 1795948393458);
CREATE TABLE result_announcements (
    exam_id TEXT PRIMARY KEY,
    announced_by TEXT NOT NULL,
    announced_at BIGINT NOT NULL
);
CREATE TABLE schema_migrations (module TEXT NOT NULL, number INTEGER NOT NULL, applied_at BIGINT NOT NULL, PRIMARY KEY (module, number));
INSERT INTO schema_migrations VALUES ('cache', 1, 1795948372000);
INSERT INTO schema_migrations VALUES ('audit', 1, 1795948372000);
INSERT INTO schema_migrations VALUES ('mail', 1, 1795948372000);
INSERT INTO schema_migrations VALUES ('mail', 2, 1795948372000);
INSERT INTO schema_migrations VALUES ('suppressions', 1, 1795948372000);
INSERT INTO schema_migrations VALUES ('notices', 1, 1795948372000);
INSERT INTO schema_migrations VALUES ('notices', 2, 1795948372000);
INSERT INTO schema_migrations VALUES ('notices', 3, 1795948372000);
INSERT INTO schema_migrations VALUES ('notices', 4, 1795948372000);
INSERT INTO schema_migrations VALUES ('notices', 5, 1795948372000);
INSERT INTO schema_migrations VALUES ('accounts', 1, 1795948372000);
INSERT INTO schema_migrations VALUES ('accounts', 2, 1795948372000);
INSERT INTO schema_migrations VALUES ('accounts', 3, 1795948372000);
INSERT INTO schema_migrations VALUES ('accounts', 4, 1795948372000);
INSERT INTO schema_migrations VALUES ('accounts', 5, 1795948372000);
INSERT INTO schema_migrations VALUES ('accounts', 6, 1795948372000);
INSERT INTO schema_migrations VALUES ('accounts', 7, 1795948372000);
INSERT INTO schema_migrations VALUES ('accounts', 8, 1795948372000);
INSERT INTO schema_migrations VALUES ('accounts', 9, 1795948372000);
INSERT INTO schema_migrations VALUES ('accounts', 10, 1795948372000);
INSERT INTO schema_migrations VALUES ('accounts', 11, 1795948372000);
INSERT INTO schema_migrations VALUES ('accounts', 12, 1795948372000);
INSERT INTO schema_migrations VALUES ('work', 1, 1795948372000);
INSERT INTO schema_migrations VALUES ('questions', 1, 1795948372000);
INSERT INTO schema_migrations VALUES ('rosters', 1, 1795948372000);
INSERT INTO schema_migrations VALUES ('exams', 1, 1795948372000);
INSERT INTO schema_migrations VALUES ('exams', 2, 1795948372000);
INSERT INTO schema_migrations VALUES ('exams', 3, 1795948372000);
INSERT INTO schema_migrations VALUES ('exams', 4, 1795948372000);
INSERT INTO schema_migrations VALUES ('attempts', 1, 1795948372000);
INSERT INTO schema_migrations VALUES ('attempts', 2, 1795948372000);
INSERT INTO schema_migrations VALUES ('attempts', 3, 1795948372000);
INSERT INTO schema_migrations VALUES ('operations', 2, 1795948372000);
INSERT INTO schema_migrations VALUES ('newsletters', 1, 1795948372000);
INSERT INTO schema_migrations VALUES ('newsletters', 2, 1795948372000);
INSERT INTO schema_migrations VALUES ('newsletters', 3, 1795948372000);
INSERT INTO schema_migrations VALUES ('operations', 1, 1795948372000);
INSERT INTO schema_migrations VALUES ('operations', 3, 1795948372000);
CREATE TABLE signups (
    token_hash TEXT PRIMARY KEY,
    user_id TEXT NOT NULL,
    email TEXT NOT NULL,
    email_canonical TEXT NOT NULL,
    full_name TEXT NOT NULL,
    password_hash TEXT NOT NULL,
    ip TEXT NOT NULL,
    asked_at BIGINT NOT NULL,
    sent_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    used_at BIGINT
);
CREATE TABLE suppressions (
    address TEXT NOT NULL,
    reason TEXT NOT NULL,
    list TEXT NOT NULL,
    detail TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    PRIMARY KEY (address, reason, list)
);
CREATE TABLE users (
    id TEXT PRIMARY KEY,
    email TEXT NOT NULL,
    email_canonical TEXT NOT NULL UNIQUE,
    full_name TEXT NOT NULL,
    password_hash TEXT NOT NULL,
    role TEXT NOT NULL,
    email_verified INTEGER NOT NULL,
    disabled INTEGER NOT NULL DEFAULT 0,
    extra_minutes INTEGER NOT NULL DEFAULT 0,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    deleted_at BIGINT
, staff_roles TEXT NOT NULL DEFAULT '', folded_name TEXT, on_leaderboard INTEGER NOT NULL DEFAULT 1);
INSERT INTO users VALUES ('01a226dd-65f4-7dc2-8ed0-b835f03d3a29', 'staff@example.com', 'staff@example.com', 'Staff', '$argon2id$v=19$m=19456,t=2,p=1$ln9E3Pwxy1pd7xpToy6Mdw$uwTJUn1ol/xYJKVxxxO4RM7NuhMLMCs+7TU2T34PWUU', 'ADMIN', 1, 0, 0, 1795948373492, 1795948373492, NULL, '', 'staff', 1);
INSERT INTO users VALUES ('01a226dd-84b2-7994-bc37-5058633a904a', 'asha@example.org', 'asha@example.org', 'Asha Rao', '$argon2id$v=19$m=19456,t=2,p=1$fANVZj40VGGh2/snOjw+VA$FFDO7WPgqg2Z+Mc+8SH71hPtzg+lOAFSsKf571HLTak', 'USER', 1, 0, 0, 1795948381497, 1795948381497, NULL, '', 'asha rao', 1);
INSERT INTO users VALUES ('01a226dd-a07b-7848-8b15-9a6b582fa99c', 'ravi@example.org', 'ravi@example.org', 'Ravi Das', '$argon2id$v=19$m=19456,t=2,p=1$uUoLNKR6hlv92oPUDBfn+g$W9XOaNLBgjbtfXLfIA+42op3RR+DLQmYlEGnOjbcTT4', 'USER', 1, 0, 0, 1795948388605, 1795948388605, NULL, '', 'ravi das', 1);
INSERT INTO users VALUES ('01a226dd-afbd-75e2-81ad-38c1d5751570', 'meena@example.org', 'meena@example.org', 'Meena Iyer', '$argon2id$v=19$m=19456,t=2,p=1$b2OltBmEhrofwnZHnA8Mng$8qspzzQ4SRmy7j2DBi8Mw077zkUtB3ybC6NSDOmrJRc', 'USER', 1, 0, 0, 1795948392490, 1795948392490, NULL, '', 'meena iyer', 1);
CREATE TABLE work (
    id TEXT PRIMARY KEY,
    kind TEXT NOT NULL,
    subject TEXT NOT NULL,
    cursor_key TEXT NOT NULL,
    done BIGINT NOT NULL,
    total BIGINT NOT NULL,
    changed BIGINT NOT NULL,
    problem TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    finished_at BIGINT
);
INSERT INTO work VALUES ('01a226dd-b441-7982-9cfb-33ec098a1882', 'close', '01a226dd-b3f7-7504-bc83-6903152b6488', '', 2, 2, 2, '', 1795948393537, 1795948393537);
CREATE TABLE wrong_codes (
    day BIGINT PRIMARY KEY,
    tries BIGINT NOT NULL
);
CREATE TABLE attempts (
    id TEXT PRIMARY KEY,
    exam_id TEXT NOT NULL REFERENCES exams (id),
    user_id TEXT NOT NULL,
    status TEXT NOT NULL,
    started_at BIGINT NOT NULL,
    deadline_at BIGINT NOT NULL,
    deadline_reason TEXT NOT NULL,
    submitted_at BIGINT,
    score BIGINT,
    question_marks TEXT,
    void_at BIGINT,
    void_reason TEXT
);
INSERT INTO attempts VALUES ('01a226dd-b41e-7b64-a918-55727db32737', '01a226dd-b3f7-7504-bc83-6903152b6488', '01a226dd-84b2-7994-bc37-5058633a904a', 'SUBMITTED', 1795948393502, 1795950193502, 'DURATION', 1795948393516, 2000, '2000,-1000,1000', NULL, NULL);
INSERT INTO attempts VALUES ('01a226dd-b42f-7ae0-bc96-7671ed661a46', '01a226dd-b3f7-7504-bc83-6903152b6488', '01a226dd-a07b-7848-8b15-9a6b582fa99c', 'AUTO_SUBMITTED', 1795948393519, 1795948393537, 'CLOSED', 1795948393537, -500, '-500,0,0', NULL, NULL);
INSERT INTO attempts VALUES ('01a226dd-b43c-76f4-975d-13855b0b355f', '01a226dd-b3f7-7504-bc83-6903152b6488', '01a226dd-afbd-75e2-81ad-38c1d5751570', 'AUTO_SUBMITTED', 1795948393532, 1795948393537, 'CLOSED', 1795948393537, 0, '0,0,0', NULL, NULL);
INSERT INTO attempts VALUES ('01a226dd-ba35-7be6-80f1-db10dd58d9d9', '01a226dd-b40a-76fe-918c-64932e6b93d9', '01a226dd-84b2-7994-bc37-5058633a904a', 'IN_PROGRESS', 1795948395061, 1795950195061, 'DURATION', NULL, NULL, NULL, NULL, NULL);
INSERT INTO attempts VALUES ('01a226dd-ba83-7d99-9215-04d01eae68ad', '01a226dd-b40a-76fe-918c-64932e6b93d9', '01a226dd-a07b-7848-8b15-9a6b582fa99c', 'IN_PROGRESS', 1795948395139, 1795950795139, 'EXTENDED', NULL, NULL, NULL, NULL, NULL);
INSERT INTO attempts VALUES ('01a226dd-bacd-74fc-aa4b-3047535b7505', '01a226dd-b40a-76fe-918c-64932e6b93d9', '01a226dd-afbd-75e2-81ad-38c1d5751570', 'VOIDED', 1795948395213, 1795950195213, 'DURATION', NULL, NULL, NULL, 1795948395235, 'took the wrong seat');
CREATE TABLE closed_exams (
    exam_id TEXT PRIMARY KEY REFERENCES exams (id),
    closed_at BIGINT NOT NULL
);
INSERT INTO closed_exams VALUES ('01a226dd-b3f7-7504-bc83-6903152b6488', 1795948393537);
CREATE TABLE cohort_members (
    cohort_id TEXT NOT NULL REFERENCES cohorts (id),
    number_key TEXT NOT NULL,
    PRIMARY KEY (cohort_id, number_key)
);
CREATE TABLE email_changes (
    confirm_hash TEXT PRIMARY KEY,
    revert_hash TEXT NOT NULL UNIQUE,
    user_id TEXT NOT NULL REFERENCES users (id),
    old_email TEXT NOT NULL,
    old_canonical TEXT NOT NULL,
    new_email TEXT NOT NULL,
    new_canonical TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    confirm_until BIGINT NOT NULL,
    revert_until BIGINT NOT NULL,
    confirmed_at BIGINT
);
CREATE TABLE exam_questions (
    id TEXT PRIMARY KEY,
    exam_id TEXT NOT NULL REFERENCES exams (id),
    question_id TEXT NOT NULL REFERENCES questions (id),
    position BIGINT NOT NULL,
    marks BIGINT NOT NULL,
    negative_marks BIGINT NOT NULL,
    UNIQUE (exam_id, question_id)
);
INSERT INTO exam_questions VALUES ('01a226dd-b400-75d8-8b65-f6c0caa5a47b', '01a226dd-b3f7-7504-bc83-6903152b6488', '01a226dd-b3e6-739a-8ee9-79f1f98b6eb4', 1, 2000, 500);
INSERT INTO exam_questions VALUES ('01a226dd-b400-7671-8671-0d2eb0d1e4e2', '01a226dd-b3f7-7504-bc83-6903152b6488', '01a226dd-b3e8-7c04-b4a1-1e9e63c77b16', 2, 3000, 1000);
INSERT INTO exam_questions VALUES ('01a226dd-b400-7b2d-96dd-4f1c87210fa2', '01a226dd-b3f7-7504-bc83-6903152b6488', '01a226dd-b3ea-7801-ab0f-d35ae1d396de', 3, 1000, 0);
INSERT INTO exam_questions VALUES ('01a226dd-b40d-7926-8a75-5e2ed9544326', '01a226dd-b40a-76fe-918c-64932e6b93d9', '01a226dd-b3ec-7d41-8781-77edd647bc4c', 1, 2000, 500);
INSERT INTO exam_questions VALUES ('01a226dd-b40d-79ce-8156-2afd202d37f5', '01a226dd-b40a-76fe-918c-64932e6b93d9', '01a226dd-b3f2-7bc7-89ec-a322bec4b355', 2, 1000, 0);
INSERT INTO exam_questions VALUES ('01a226dd-b417-796c-bca3-52e906f521f8', '01a226dd-b414-798b-ad85-580edc4646fe', '01a226dd-b3e6-739a-8ee9-79f1f98b6eb4', 1, 2000, 500);
INSERT INTO exam_questions VALUES ('01a226dd-b417-7180-8fbb-7169c72b79df', '01a226dd-b414-798b-ad85-580edc4646fe', '01a226dd-b3e8-7c04-b4a1-1e9e63c77b16', 2, 3000, 1000);
INSERT INTO exam_questions VALUES ('01a226dd-b417-738b-a1e2-a4a40bc91f21', '01a226dd-b414-798b-ad85-580edc4646fe', '01a226dd-b3ea-7801-ab0f-d35ae1d396de', 3, 1000, 0);
CREATE TABLE exam_staff (
    exam_id TEXT NOT NULL REFERENCES exams (id),
    user_id TEXT NOT NULL,
    PRIMARY KEY (exam_id, user_id)
);
CREATE TABLE profiles (
    user_id TEXT PRIMARY KEY REFERENCES users (id),
    enrollment_number TEXT NOT NULL UNIQUE,
    course TEXT,
    department TEXT,
    year TEXT,
    semester TEXT,
    updated_at BIGINT NOT NULL
, enrollment_key TEXT);
INSERT INTO profiles VALUES ('01a226dd-84b2-7994-bc37-5058633a904a', 'N1', NULL, 'CST', 'TWO', NULL, 1795948393426, 'n1');
INSERT INTO profiles VALUES ('01a226dd-a07b-7848-8b15-9a6b582fa99c', 'N2', NULL, 'CST', 'TWO', NULL, 1795948393442, 'n2');
CREATE TABLE question_options (
    id TEXT PRIMARY KEY,
    question_id TEXT NOT NULL REFERENCES questions (id),
    position BIGINT NOT NULL,
    text TEXT NOT NULL,
    is_correct INTEGER NOT NULL
);
INSERT INTO question_options VALUES ('01a226dd-b3e6-7b77-8a76-0af7c106eb9b', '01a226dd-b3e6-739a-8ee9-79f1f98b6eb4', 1, 'Jupiter', 1);
INSERT INTO question_options VALUES ('01a226dd-b3e6-7c2d-9d5a-497523c7f03c', '01a226dd-b3e6-739a-8ee9-79f1f98b6eb4', 2, 'Mars', 0);
INSERT INTO question_options VALUES ('01a226dd-b3e8-7c02-8ebe-451acbd3f230', '01a226dd-b3e8-7c04-b4a1-1e9e63c77b16', 1, '2', 1);
INSERT INTO question_options VALUES ('01a226dd-b3e8-715b-bac1-87f907c1096b', '01a226dd-b3e8-7c04-b4a1-1e9e63c77b16', 2, '3', 1);
INSERT INTO question_options VALUES ('01a226dd-b3e8-7ade-ba26-045b1e329983', '01a226dd-b3e8-7c04-b4a1-1e9e63c77b16', 3, '4', 0);
INSERT INTO question_options VALUES ('01a226dd-b3ec-7f27-b311-c0d539293ec9', '01a226dd-b3ec-7d41-8781-77edd647bc4c', 1, 'CO2', 1);
INSERT INTO question_options VALUES ('01a226dd-b3ec-7dc1-bf98-7a8df1a60c5c', '01a226dd-b3ec-7d41-8781-77edd647bc4c', 2, 'N2', 0);
CREATE TABLE sessions (
    id TEXT PRIMARY KEY,
    user_id TEXT NOT NULL REFERENCES users (id),
    created_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL
, host_bound INTEGER NOT NULL DEFAULT 0, ip TEXT NOT NULL DEFAULT '', device TEXT NOT NULL DEFAULT '', last_used_at BIGINT NOT NULL DEFAULT 0);
CREATE TABLE answers (
    attempt_id TEXT NOT NULL REFERENCES attempts (id),
    question_id TEXT NOT NULL,
    option_ids TEXT,
    number TEXT,
    saved_at BIGINT NOT NULL,
    PRIMARY KEY (attempt_id, question_id)
);
INSERT INTO answers VALUES ('01a226dd-b41e-7b64-a918-55727db32737', '01a226dd-b3e6-739a-8ee9-79f1f98b6eb4', '01a226dd-b3e6-7b77-8a76-0af7c106eb9b', NULL, 1795948393509);
INSERT INTO answers VALUES ('01a226dd-b41e-7b64-a918-55727db32737', '01a226dd-b3e8-7c04-b4a1-1e9e63c77b16', '01a226dd-b3e8-7c02-8ebe-451acbd3f230,01a226dd-b3e8-7ade-ba26-045b1e329983', NULL, 1795948393512);
INSERT INTO answers VALUES ('01a226dd-b41e-7b64-a918-55727db32737', '01a226dd-b3ea-7801-ab0f-d35ae1d396de', NULL, '9.85', 1795948393514);
INSERT INTO answers VALUES ('01a226dd-b42f-7ae0-bc96-7671ed661a46', '01a226dd-b3e6-739a-8ee9-79f1f98b6eb4', '01a226dd-b3e6-7c2d-9d5a-497523c7f03c', NULL, 1795948393530);
INSERT INTO answers VALUES ('01a226dd-ba35-7be6-80f1-db10dd58d9d9', '01a226dd-b3ec-7d41-8781-77edd647bc4c', '01a226dd-b3ec-7f27-b311-c0d539293ec9', NULL, 1795948395103);
CREATE INDEX audit_entries_unsealed ON audit_entries (id) WHERE number IS NULL;
CREATE INDEX audit_entries_by_time ON audit_entries (at, id);
CREATE INDEX audit_entries_by_subject ON audit_entries (subject, at);
CREATE INDEX audit_entries_by_whole ON audit_entries (part_of, at);
CREATE INDEX audit_entries_by_actor ON audit_entries (actor, at);
CREATE INDEX dev_mails_newest ON dev_mails (received_at, id);
CREATE INDEX suppressions_newest ON suppressions (created_at, address);
CREATE INDEX outbox_pending ON outbox (priority DESC, created_at, id) WHERE status = 'PENDING';
CREATE INDEX outbox_queued ON outbox (queued_at, id) WHERE status = 'QUEUED';
CREATE INDEX outbox_by_user ON outbox (user_id, created_at);
CREATE UNIQUE INDEX outbox_letter_recipient ON outbox (letter_id, to_canonical) WHERE letter_id IS NOT NULL;
CREATE INDEX outbox_letter_status ON outbox (letter_id, status, id) WHERE letter_id IS NOT NULL;
CREATE INDEX outbox_by_address ON outbox (to_canonical, created_at);
CREATE INDEX mail_log_by_time ON mail_log (at);
CREATE INDEX outbox_by_end ON outbox (finished_at) WHERE letter_id IS NULL AND finished_at IS NOT NULL;
CREATE INDEX users_by_creation ON users (created_at, id);
CREATE INDEX sessions_by_user ON sessions (user_id);
CREATE INDEX email_changes_by_user ON email_changes (user_id, created_at);
CREATE INDEX email_changes_by_old_address ON email_changes (old_canonical);
CREATE INDEX sessions_by_end ON sessions (expires_at);
CREATE INDEX email_changes_by_end ON email_changes (revert_until);
CREATE INDEX signups_by_address ON signups (email_canonical, sent_at);
CREATE INDEX signups_by_end ON signups (expires_at);
CREATE INDEX users_unfolded ON users (id) WHERE folded_name IS NULL;
CREATE UNIQUE INDEX profiles_by_enrollment ON profiles (enrollment_key);
CREATE INDEX password_codes_by_end ON password_codes (expires_at);
CREATE INDEX work_by_end ON work (finished_at, created_at);
CREATE INDEX questions_by_creation ON questions (created_at, id);
CREATE INDEX question_options_by_question ON question_options (question_id, position);
CREATE INDEX cohort_members_by_number ON cohort_members (number_key);
CREATE INDEX exams_by_creation ON exams (created_at, id);
CREATE INDEX exam_questions_by_question ON exam_questions (question_id);
CREATE INDEX exam_audit_by_exam ON exam_audit (exam_id, at);
CREATE INDEX exam_staff_by_user ON exam_staff (user_id);
CREATE UNIQUE INDEX attempts_one ON attempts (user_id, exam_id) WHERE void_at IS NULL;
CREATE INDEX attempts_due ON attempts (status, deadline_at);
CREATE INDEX attempts_by_candidate ON attempts (exam_id, user_id);
CREATE INDEX attempts_by_state ON attempts (exam_id, status, user_id);
CREATE INDEX newsletters_newest ON newsletters (created_at, id);
CREATE INDEX newsletters_unsettled ON newsletters (status) WHERE settled = 0;
CREATE INDEX mail_webhooks_by_time ON mail_webhooks (received_at);
