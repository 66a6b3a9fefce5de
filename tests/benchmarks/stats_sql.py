"""All numbers of a period in plain SQL, for DuckDB over its own copy of the tables.

The shop's default rules: order first, 48 h, sessions end with 10 min of silence, judged all day.
"""

from __future__ import annotations

from typing import Final

STEPS: Final = {
    "talk": """
CREATE TEMP TABLE talk AS
 WITH here AS (SELECT DISTINCT conversation_id FROM messages WHERE "at" >= $before AND "at" <
        $end),
 said AS (SELECT m.id, m.conversation_id AS c, v.customer_id AS customer, v.channel, m."at",
        length(m.text) AS chars,
    CASE WHEN author='agent' AND automatic THEN 'automatic' ELSE author END AS role,
        coalesce(staff_id, ''::BLOB) AS staff
  FROM messages m JOIN conversations v ON v.id = m.conversation_id AND NOT v.gone
  WHERE m.conversation_id IN (SELECT conversation_id FROM here) AND NOT m.gone AND kind NOT IN
        ('note','event')
    AND author IN ('customer','agent','robot') AND state <> 'failed' AND "at" >= $before AND
        "at" < $after),
 marked AS (SELECT *, CASE WHEN "at" - lag("at") OVER w >= 600000 OR lag("at") OVER w IS NULL
        THEN 1 ELSE 0 END AS new FROM said WINDOW w AS (PARTITION BY c ORDER BY "at", id)),
 numbered AS (SELECT *, sum(new) OVER (PARTITION BY c ORDER BY "at", id) AS n FROM marked)
 SELECT *,
   CASE WHEN role IN ('agent','customer') THEN coalesce(
     first_value(CASE WHEN role='agent' THEN staff END IGNORE NULLS) OVER (PARTITION BY c,n
        ORDER BY "at",id ROWS BETWEEN CURRENT ROW AND UNBOUNDED FOLLOWING),
     last_value(CASE WHEN role='agent' THEN staff END IGNORE NULLS) OVER (PARTITION BY c,n
        ORDER BY "at",id ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW)) END AS agent,
   lag(CASE WHEN role IN ('agent','customer') THEN role END IGNORE NULLS) OVER (PARTITION BY
        c,n ORDER BY "at",id) AS prior,
   min(CASE WHEN role='agent' THEN "at" END) OVER (PARTITION BY c,n ORDER BY "at",id ROWS
        BETWEEN CURRENT ROW AND UNBOUNDED FOLLOWING) AS answered,
   min("at") OVER (PARTITION BY c,n) AS began
 FROM numbered
""",
    "parts": """
CREATE TEMP TABLE parts AS SELECT c, n, agent, any_value(customer) AS customer,
        any_value(channel) AS channel, any_value(began) AS began,
   min("at") AS starts, max("at") AS ends, bool_or(role='customer') AS asked,
        bool_or(role='robot') AS robot, arg_min(role, ("at",id)) AS first_role FROM talk GROUP
        BY c,n,agent
""",
    "messages": """
SELECT count(DISTINCT customer) FILTER (role='customer'), count(DISTINCT t.customer) FILTER
        (role='agent'), count(*) FILTER (role='customer'), count(*) FILTER (role='agent'),
   sum(chars) FILTER (role='agent'), count(*) FILTER (role='automatic'), count(*) FILTER
        (role='robot') FROM talk t JOIN customers k ON k.id=t.customer WHERE "at">=$start AND
        "at"<$end AND NOT k.blocked
""",
    "replied": """
SELECT count(*) FROM (SELECT customer FROM talk t WHERE "at">=$start AND "at"<$end GROUP BY
        customer HAVING bool_or(role='customer') AND bool_or(role='agent'))
""",
    "turns": """
CREATE TEMP TABLE turns AS SELECT customer, "at", answered, n, c, answered - "at" AS wait,
        row_number() OVER (PARTITION BY c,n ORDER BY "at",t.id)=1 AS first FROM talk t JOIN
        customers k ON k.id=customer
   WHERE role='customer' AND (prior IS NULL OR prior='agent') AND NOT k.blocked AND
        "at">=$start AND "at"<$end
""",
    "waits": """
SELECT avg(wait), median(wait), quantile_disc(wait,0.9), avg(wait) FILTER (first), median(wait)
        FILTER (first), quantile_disc(wait,0.9) FILTER (first),
   count(*) FILTER (wait<=30000), count(*) FILTER (wait IS NOT NULL OR $now-"at">30000),
        count(*) FILTER (wait<=180000), count(*) FILTER (wait IS NOT NULL OR $now-"at">180000),
   count(*) FILTER (first AND wait<=30000), count(*) FILTER (first AND (wait IS NOT NULL OR
        $now-"at">30000)) FROM turns
""",
    "people": """
SELECT count(*), count(*) FILTER (NOT late30), count(*) FILTER (NOT late180) FROM (SELECT
        customer, bool_or(coalesce(wait,$now-"at")>30000) AS late30,
        bool_or(coalesce(wait,$now-"at")>180000) late180 FROM turns GROUP BY customer)
""",
    "slow": """
SELECT count(*) FROM (SELECT customer, ("at"+28800000)//86400000 FROM turns WHERE wait>120000
        GROUP BY ALL HAVING count(*)>=3)
""",
    "robot": """
SELECT avg(w), median(w), quantile_disc(w,0.9) FROM (SELECT min("at") FILTER (role='robot') -
        min("at") FILTER (role='customer') AS w FROM talk WHERE "at">=$start AND "at"<$end
        GROUP BY c,n)
""",
    "receptions": """
SELECT count(*), avg(ends-starts), median(ends-starts), quantile_disc(ends-starts,0.9),
        count(*) FILTER (ends-starts>1800000), count(*) FILTER (p.began>=l.last)
   FROM parts p LEFT JOIN (SELECT customer, max(began) AS last FROM parts WHERE asked AND
        began>=$start AND began<$end GROUP BY customer) l USING (customer) WHERE agent IS NOT
        NULL AND starts>=$start AND starts<$end
""",
    "sessions": """
SELECT count(*) FILTER (asked), count(*) FILTER (opened='agent'), count(*) FILTER (robot AND
        asked), count(*) FILTER (robot AND asked AND NOT person) FROM (SELECT c,n,
        bool_or(asked) asked, arg_min(first_role, starts) opened, bool_or(robot) robot,
        bool_or(agent IS NOT NULL) person FROM parts WHERE began>=$start AND began<$end GROUP
        BY c,n)
""",
    "busiest": """
SELECT max(k) FROM (SELECT sum(d) OVER (ORDER BY "at", d DESC) AS k FROM (SELECT starts AS
        "at", 1 AS d FROM parts WHERE agent IS NOT NULL UNION ALL SELECT ends, -1 FROM parts
        WHERE agent IS NOT NULL))
""",
    "credit": """
CREATE TEMP TABLE credit AS
 WITH mine AS (SELECT * FROM orders WHERE NOT gone AND ((created_at>=$start AND
        created_at<$end) OR (paid_at>=$start AND paid_at<$end))),
 near AS (SELECT * FROM mine),
 tried AS (SELECT o.id, p.agent, p.ends, p.starts, p.starts<=o.created_at AND
        o.created_at<p.ends AS holds, o.created_at-p.ends BETWEEN 0 AND 172800000 AS recent,
    p.starts<=o.paid_at AND o.paid_at<p.ends AS pholds, o.paid_at-p.ends BETWEEN 0 AND
        172800000 AS precent
   FROM near o JOIN parts p ON p.customer=o.customer_id AND p.agent IS NOT NULL)
 SELECT o.*, a.agent AS by_order, b.agent AS by_pay FROM mine o
  LEFT JOIN (SELECT id, arg_max(agent, (holds, ends, starts)) AS agent FROM tried WHERE holds
        OR recent GROUP BY id) a USING (id)
  LEFT JOIN (SELECT id, arg_max(agent, (pholds, ends, starts)) AS agent FROM tried WHERE pholds
        OR precent GROUP BY id) b USING (id)
""",
    "sold": """
SELECT sum(paid_fen), sum(paid_fen) FILTER (coalesce(by_order,by_pay) IS NOT NULL),
        sum(paid_fen) FILTER (coalesce(by_order,by_pay) IS NULL), sum(paid_fen-refund_fen),
        count(*), count(DISTINCT coalesce(customer_id,id)), sum(quantity) FROM credit WHERE
        paid_at>=$start AND paid_at<$end
""",
    "made": """
SELECT count(*), count(*) FILTER (by_order IS NOT NULL), count(*) FILTER (by_order IS NOT NULL
        AND paid_at IS NULL), count(*) FILTER (paid_at IS NOT NULL) FROM credit WHERE
        created_at>=$start AND created_at<$end
""",
    "paid": """
SELECT count(*), count(*) FILTER (by_pay IS NOT NULL), count(*) FILTER (by_pay=by_order),
        count(*) FILTER (by_pay<>by_order), count(*) FILTER (by_pay IS NOT NULL AND by_order IS
        NULL), count(*) FILTER (by_pay IS NULL AND by_order IS NULL),
  count(*) FILTER (paid_at-created_at<=600000), count(*) FILTER
        ((paid_at+28800000)//86400000=(shipped_at+28800000)//86400000), count(*) FILTER
        (refund_fen>0), sum(refund_fen) FROM credit WHERE paid_at>=$start AND paid_at<$end
""",
    "history": """
CREATE TEMP TABLE history AS SELECT id, customer_id, paid_at, row_number() OVER w AS place,
        paid_at-lag(paid_at) OVER w AS since FROM orders WHERE NOT gone AND paid_at<$end AND
        customer_id IS NOT NULL WINDOW w AS (PARTITION BY customer_id ORDER BY paid_at, id)
""",
    "cycles": """
SELECT avg(since), median(since), quantile_disc(since,0.9), avg(since) FILTER (place=2),
        median(since) FILTER (place=2), quantile_disc(since,0.9) FILTER (place=2),
        count(DISTINCT customer_id), (SELECT count(DISTINCT customer_id) FROM history) FROM
        history WHERE paid_at>=$start
""",
    "returning": """
SELECT count(*), count(*) FILTER (k>=2), count(*) FILTER (first>1) FROM (SELECT customer_id,
        count(*) k, min(place) AS first FROM history WHERE paid_at>=$start GROUP BY customer_id)
""",
    "inquiries": """
WITH asked AS (SELECT customer, min("at") AS "at" FROM talk WHERE role='customer' AND
        "at">=$start AND "at"<$end GROUP BY customer),
 theirs AS (SELECT a.customer, a."at", o.created_at, o.paid_at FROM asked a LEFT JOIN orders o
        ON o.customer_id=a.customer AND NOT o.gone AND o.created_at BETWEEN a."at"-1814400000
        AND a."at"+259200000),
 each AS (SELECT customer, coalesce(bool_or(created_at>"at" AND
        created_at<="at"+172800000),false) AS soon, coalesce(bool_or(created_at<="at"),false)
        AS old,
   bool_or(created_at>"at" AND (created_at+28800000)//86400000<=("at"+28800000)//86400000) AS
        today, bool_or(created_at>"at" AND
        (created_at+28800000)//86400000<=("at"+28800000)//86400000+1) AS next,
   bool_or(created_at>"at" AND (paid_at+28800000)//86400000<=("at"+28800000)//86400000) AS
        ptoday, bool_or(created_at>"at" AND
        (paid_at+28800000)//86400000<=("at"+28800000)//86400000+1) AS pnext,
   bool_or(created_at>"at" AND created_at<="at"+172800000 AND paid_at<="at"+345600000) AS psoon
        FROM theirs GROUP BY customer)
 SELECT count(*), count(*) FILTER (today), count(*) FILTER (next), count(*) FILTER (soon),
        count(*) FILTER (ptoday), count(*) FILTER (pnext), count(*) FILTER (psoon) FROM each
        WHERE soon OR NOT old
""",
}
