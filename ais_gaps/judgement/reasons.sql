-- The sentences of each judgement, in order; those that say nothing are left out.
SELECT CASE
    WHEN broken THEN [
        format('Off and on are {:.0f} nm apart in {:.1f} h, {:.0f} kn: not one ship, or a wrong position. Nothing is judged.',
            nm, hours, nm / hours)]
    WHEN unknown THEN list_filter([
        CASE WHEN shared THEN format('MMSI {} moves {} times as no ship can: more than one ship may send under it, on {} tracks',
            mmsi, jumps, tracks) END,
        format('Only {:.0f} ship-hour(s) of others are known in these waters from {} to {}: whether a ship is heard there cannot '
            || 'be told. Nothing is judged.', basis, first_day, last_day)], lambda sentence: sentence IS NOT NULL)
    ELSE list_filter([
        format('We should have heard her {} in {:.1f} h{}{}{}; a ship that transmits falls silent so by chance {}',
            CASE WHEN should < 0.05 THEN 'hardly at all'
                ELSE printf(CASE WHEN should >= 9.5 THEN 'about %.0f times' ELSE 'about %.1f times' END, should) END, counted,
            CASE WHEN by_kind AND should >= 0.05
                THEN printf(CASE WHEN should >= 9.5 THEN ' (ashore %.0f, by satellite %.0f)' ELSE ' (ashore %.1f, by satellite %.1f)' END,
                    ashore, should - ashore) ELSE '' END,
            CASE WHEN hours > counted + 12 THEN format(' (the first {:.0f} days)', counted / 24) ELSE '' END,
            CASE WHEN hidden IS NOT NULL AND hidden < 0.5 * should THEN format(' on the straight way, {} on the one most out of hearing',
                CASE WHEN hidden < 0.05 THEN 'hardly at all'
                    ELSE printf(CASE WHEN hidden >= 9.5 THEN '%.0f times' ELSE '%.1f times' END, hidden) END) ELSE '' END,
            CASE WHEN factor >= 9.2 THEN 'less than once in 10,000 times'
                WHEN factor >= 0.9 THEN format('about once in {:,} times', round(exp(factor))::BIGINT)
                ELSE 'about as often as not' END) || printf(' [%+.1f]', w_reception),
        CASE WHEN peers >= 0.5 THEN format('Others near her in the same hours: {} of {} ship-hours were heard{}, {} would be usual',
                round(peers_heard)::BIGINT, round(peers)::BIGINT, CASE WHEN by_kind THEN ' ashore' ELSE '' END,
                round(peers_expected)::BIGINT)
            WHEN by_kind AND space_expected >= 0.5
            THEN 'No other ship was within about 25 nm in the same hours' END,
        CASE WHEN by_kind AND space_expected >= 0.5 THEN format('Satellites heard others around {:.1f} times, {:.1f} would be usual',
            space_heard, space_expected) END,
        CASE WHEN says_outage THEN format('In the long run she should have been heard ashore {:.1f} times, in these very hours '
            || '{:.1f}: a receiver was weak or down', usual, ashore) || printf(' [%+.1f]', w_outage) END,
        CASE WHEN full_rate IS NOT NULL THEN format('{:.0f} report{} in her last hour{}, where ships heard without a break send {:.0f}{}',
            off_1h, CASE WHEN round(off_1h) = 1 THEN '' ELSE 's' END, CASE WHEN open THEN '' ELSE format(' and {:.0f} in the hour from on', on_1h) END, full_rate,
            CASE WHEN off_rate >= 0.9 AND (open OR on_rate >= 0.9) THEN ': she did not fade out' WHEN off_rate < 0.5 THEN ': she faded out'
                ELSE '' END)
            WHEN abs(w_rate) >= 0.05 THEN 'How often ships report that are heard without a break is not known' END
            || printf(' [%+.1f]', w_rate),
        CASE WHEN open THEN format('Silent for {} so far', span)
            WHEN nm < 1 THEN format('Silent for {}, and back where she was', span)
            ELSE format('Silent for {}; the {:.0f} nm from off to on take {:.1f} h at {:.0f} kn', span, nm, nm / knots, knots)
            END || printf(' [%+.1f]', w_time),
        CASE WHEN says_course THEN format('Her course at {} points {} the way that she made', CASE
                WHEN off_told < 0.8 AND on_told < 0.8 THEN 'off and on' WHEN off_told < 0.8 THEN 'off' WHEN on_told < 0.8
                THEN 'on' WHEN off_told IS NULL THEN 'on' WHEN on_told IS NULL THEN 'off' ELSE 'off and on' END,
            CASE WHEN least(off_told, on_told) < 0 THEN 'against' WHEN least(off_told, on_told) < 0.8 THEN 'away from' ELSE 'along'
                END) || printf(' [%+.1f]', w_course) END,
        format('She was {} {:.0f} nm from the nearest place at off', CASE WHEN alongside THEN 'at rest,' WHEN way THEN 'under way,'
            ELSE 'hardly moving,' END, off_port_nm)
            || CASE WHEN open THEN '' ELSE format(', {:.0f} nm at on', on_port_nm) END || printf(' [%+.1f]', w_place),
        CASE WHEN says_habit THEN CASE WHEN habit > 0 THEN 'Her other silences are less surprising than this one'
            ELSE 'Her other silences are as surprising: she is often heard badly' END || printf(' [%+.1f]', w_habit) END,
        CASE WHEN says_history THEN format('Earlier silences of hers add up to {:.1f} probable choices', exp(history) - 1)
            || printf(' [%+.1f]', w_history) END,
        CASE WHEN class_b THEN 'Class B: low power, and a ship may sail without it' || printf(' [%+.1f]', w_class) END,
        CASE WHEN fishing THEN 'She fishes, and those who fish are out of hearing for long' || printf(' [%+.1f]', w_fishing) END,
        CASE WHEN shared THEN format('MMSI {} moves {} times as no ship can: more than one ship may send under it, on {} tracks',
            mmsi, jumps, tracks) || printf(' [%+.1f]', w_shared) END,
        format('Start, before all that, as in generated worlds{}', CASE WHEN calibrated THEN ', recalibrated on this archive'
            ELSE '' END) || printf(' [%+.1f]', w_start),
        format('Reception is told from other ships from {} to {}: {:,} ship-hours in these waters', first_day, last_day,
            round(basis)::BIGINT),
        CASE WHEN episode_silences > 1 THEN format('One of {} silences from {} to {} with less than 6 h of reception in between: one case',
            episode_silences, strftime(episode_ts, '%Y-%m-%d'), strftime(episode_end, '%Y-%m-%d')) END
    ], lambda sentence: sentence IS NOT NULL) END AS reasons
FROM (
    -- What no sentence tells is told with the start, so that what is printed adds up.
    SELECT *, w_bias + if(says_outage, 0, w_outage) + if(says_course, 0, w_course) + if(says_habit, 0, w_habit)
        + if(says_history, 0, w_history) + if(class_b, 0, w_class) + if(fishing, 0, w_fishing) + if(shared, 0, w_shared) AS w_start
    FROM (
        SELECT *, CASE WHEN hours < 48 THEN format('{:.1f} h', hours) ELSE format('{:.1f} days', days) END AS span,
            w_outage <= -0.05 AND usual > 1.25 * ashore + 0.3 AS says_outage,
            -- A course that is not known stands in the middle.
            nullif(off_course, 0.5) AS off_told, nullif(on_course, 0.5) AS on_told,
            abs(w_course) >= 0.05 AND coalesce(off_told, on_told) IS NOT NULL AS says_course,
            (habit > 0 AND w_habit >= 0.05) OR (habit <= 0 AND w_habit <= -0.05) AS says_habit,
            history > 0.05 AND abs(w_history) >= 0.05 AS says_history
        FROM bare
    ) said
) numbers ORDER BY row
