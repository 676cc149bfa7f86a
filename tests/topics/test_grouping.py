from newscrawl.topics.grouping import Place, Told, places


def stories(*told):
    return {story.id: story for story in (Told(*fields) for fields in told)}


def heads(told, clusters):
    """Of all stories."""
    return {id_: id_ for id_ in told} | {id_: place.head for id_, place in places(told, clusters).items()}


def test_each_story_stands_on_a_card_of_its_own():
    assert places(stories(("a", 1, None, None), ("b", 2, None, None)), None) == {}
    assert places(stories(("a", 1, None, None), ("b", 2, None, "a")), None) == {"b": Place("a", is_update=False)}


def test_near_duplicates_stand_with_the_earliest_also_by_way_of_a_third():
    told = stories(("c", 3, None, "b"), ("b", 2, None, "a"), ("a", 1, None, None), ("d", 0, None, None))

    assert heads(told, None) == {"a": "a", "b": "a", "c": "a", "d": "d"}


def test_clusters_that_are_given_count_instead_of_what_lines_say():
    told = stories(("a", 1, None, None), ("b", 2, None, "a"), ("c", 3, None, None))

    assert heads(told, [["c", "a", "unknown"], ["nobody"]]) == {"a": "a", "b": "b", "c": "a"}


def test_an_update_stands_on_its_blogs_card_also_where_that_is_a_copy():
    told = stories(("blog", 5, None, "first"), ("first", 1, None, None), ("update", 6, "blog", None))

    assert places(told, None)["update"] == Place("first", is_update=True)


def test_an_update_is_never_the_head_of_a_card_whose_blog_is_known():
    told = stories(("blog", 5, None, None), ("update", 6, "blog", "wire"), ("wire", 9, None, None))

    assert heads(told, [["update", "wire"]]) == heads(told, None) == {"blog": "blog", "update": "blog", "wire": "wire"}


def test_an_update_of_an_unknown_blog_and_one_of_itself_stand_alone():
    told = stories(("a", 1, "unknown", None), ("b", 2, "b", None), ("c", 3, "d", None), ("d", 4, "c", None))

    assert heads(told, None) == {"a": "a", "b": "b", "c": "c", "d": "d"}
