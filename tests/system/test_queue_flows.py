# SPDX-License-Identifier: MIT
"""Jobs that hang on others, as the administration sees them."""

import unittest

from test_queue import QueueSite


class Flows(QueueSite):
    def test_a_job_takes_its_children_along_only_when_their_number_is_known(self):
        def family(parent):
            for job, fields in ((parent, ()), ("child", ("parentKey", f"bull:kin:{parent}")), ("grandchild", ("parentKey", "bull:kin:child"))):
                self.redis.command("HSET", f"bull:kin:{job}", "name", "x", "data", "{}", "timestamp", "1700000000000", "delay", "0", "opts", "{}", *fields)
                self.redis.command("ZADD", "bull:kin:completed", "1700000000000", job)
            self.redis.command("HSET", f"bull:kin:{parent}:processed", "bull:kin:child", "null", "bull:kin:gone", "null")
            self.redis.command("HSET", "bull:kin:child:processed", "bull:kin:grandchild", "null")
            self.redis.command("HSET", "bull:kin:meta", "opts.maxLenEvents", "10000")
        family("parent")
        refusal = self.site.expect(409, "POST", "/admin/queues/kin/jobs/parent/remove", None, self.staff)
        self.assertEqual((refusal["code"], refusal["count"]), ("not_confirmed", 2))
        self.assertIn("which go with it, 2:", self.refused("remove", "kin", "parent"))
        self.assertEqual(self.redis.command("ZCARD", "bull:kin:completed"), "3")
        self.site.expect(200, "POST", "/admin/queues/kin/jobs/parent/remove", {"confirm": "2"}, self.staff)
        self.assertEqual(self.redis.command("ZCARD", "bull:kin:completed"), "0")
        family("other")
        self.tripos("remove", "kin", "other", "--confirm", "2")
        self.assertEqual(self.redis.command("ZCARD", "bull:kin:completed"), "0")


if __name__ == "__main__":
    unittest.main()
