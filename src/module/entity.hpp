// SPDX-License-Identifier: MIT
#pragma once
// Member tables: an entity says once what its members are - the column, the name in JSON, the shape
// there - and rows, statements, the cached form, JSON and its description follow from it.
//
//     inline constexpr auto kMembers = Table(
//         entity::Member{"id", &Exam::id, "id", http::schema::uuid}, ...);
//     const auto exam = entity::read<Exam>(row, kMembers);
//
// The first member is the key. What other viewers see of it is a choice of members (only()); what
// requests may give of it, input.hpp. Pure functions; statements are made once, where they are
// kept.

#include <chrono>
#include <optional>
#include <string>
#include <typeinfo>
#include <utility>
#include <vector>

#include "core/assert.hpp"
#include "core/stable_hash.hpp"
#include "http/json_writer.hpp"
#include "http/schema.hpp"
#include "module/segments.hpp"
#include "sql/value.hpp"

namespace tripos::entity {

enum class Empty { shown, null };

/// The words of an enum whose values count from 0: `to_text(E)` beside it, which is empty for what
/// is none of them.
template <class E>
std::vector<std::string_view> words() {
    std::vector<std::string_view> all;
    for (auto word = to_text(E{}); !word.empty(); word = to_text(static_cast<E>(all.size()))) {
        all.push_back(word);
    }
    return all;
}

/// Requires: one of words().
template <class E>
E from_text(std::string_view text) {
    for (int number = 0;; ++number) {
        const auto word = to_text(static_cast<E>(number));
        TRIPOS_ASSERT(!word.empty());
        if (word == text) {
            return static_cast<E>(number);
        }
    }
}

/// One member of T. An enum needs its words.
template <class T, class V>
struct Member {
    const char* column;  ///< null: shown, not stored
    V T::*value;
    const char* name = nullptr;           ///< in JSON; null: stored, not shown
    http::Schema (*shape)() = nullptr;    ///< there; null: what its type says
    Empty empty = Empty::shown;           ///< how an empty text is shown
    std::string (*as_json)(V) = nullptr;  ///< a text that is JSON; null: as its type is shown
};

namespace detail {

template <std::size_t Index, class M>
struct Slot {
    M member;
};

template <class Indices, class... M>
struct Slots;
template <std::size_t... Index, class... M>
struct Slots<std::index_sequence<Index...>, M...> : Slot<Index, M>... {
    constexpr explicit Slots(const M&... members) : Slot<Index, M>{members}... {}
};

}  // namespace detail

/// Members in an order. Not a std::tuple: the compiler takes a tenth of its time.
template <class... M>
struct Table : detail::Slots<std::index_sequence_for<M...>, M...> {
    static constexpr std::size_t kSize = sizeof...(M);
    constexpr explicit Table(const M&... members)
        : detail::Slots<std::index_sequence_for<M...>, M...>(members...) {}
};

namespace detail {

template <std::size_t... Index, class... M, class Visit>
constexpr void each(const Slots<std::index_sequence<Index...>, M...>& table, Visit visit) {
    (visit(static_cast<const Slot<Index, M>&>(table).member), ...);
}

template <std::size_t... I, class... M, std::size_t... J, class... N>
constexpr auto join(const Slots<std::index_sequence<I...>, M...>& front,
                    const Slots<std::index_sequence<J...>, N...>& back) {
    return Table<M..., N...>(static_cast<const Slot<I, M>&>(front).member...,
                             static_cast<const Slot<J, N>&>(back).member...);
}

/// The first of that member. Requires: there is one.
template <class Table, class T, class V>
constexpr Member<T, V> find(const Table& table, V T::*value) {
    Member<T, V> found{nullptr, nullptr};
    each(table, [&](const auto& member) {
        if constexpr (std::is_same_v<decltype(member), const Member<T, V>&>) {
            found = found.value == nullptr && member.value == value ? member : found;
        }
    });
    TRIPOS_ASSERT(found.value != nullptr);
    return found;
}

inline void take(const sql::Row& row, std::size_t at, std::string& value) {
    value = row.text(at);
}
inline void take(const sql::Row& row, std::size_t at, std::optional<std::string>& value) {
    value = row.maybe_text(at);
}
inline void take(const sql::Row& row, std::size_t at, std::int64_t& value) {
    value = row.integer(at);
}
inline void take(const sql::Row& row, std::size_t at, bool& value) {
    value = row.flag(at);
}
inline void take(const sql::Row& row, std::size_t at, std::optional<std::int64_t>& value) {
    value = row.maybe_integer(at);
}
inline void take(const sql::Row& row, std::size_t at, Timestamp& value) {
    value = row.time(at);
}
inline void take(const sql::Row& row, std::size_t at, std::optional<Timestamp>& value) {
    value = row.maybe_time(at);
}
inline void take(const sql::Row& row, std::size_t at, std::vector<std::string>& value) {
    value = row.lines(at);
}
template <class Ratio>
void take(const sql::Row& row, std::size_t at, std::chrono::duration<std::int64_t, Ratio>& value) {
    value = std::chrono::duration<std::int64_t, Ratio>(row.integer(at));
}
template <class E>
requires std::is_enum_v<E>
void take(const sql::Row& row, std::size_t at, E& value) {
    value = from_text<E>(row.text(at));
}

template <class V>
inline constexpr bool kIsDuration = false;
template <class Ratio>
inline constexpr bool kIsDuration<std::chrono::duration<std::int64_t, Ratio>> = true;

/// As columns and JSON have it.
template <class V>
decltype(auto) plain(const V& value) {
    if constexpr (std::is_enum_v<V>) {
        return to_text(value);
    } else if constexpr (kIsDuration<V>) {
        return std::int64_t{value.count()};
    } else if constexpr (std::is_same_v<V, int>) {
        return std::int64_t{value};
    } else {
        return (value);
    }
}

inline std::size_t heap_bytes(const std::string& value) {
    return value.capacity();
}
inline std::size_t heap_bytes(const std::optional<std::string>& value) {
    return value ? value->capacity() : 0;
}
inline std::size_t heap_bytes(const std::vector<std::string>& value) {
    auto bytes = value.capacity() * sizeof(std::string);
    for (const auto& text : value) {
        bytes += text.capacity();
    }
    return bytes;
}
template <class V>
std::size_t heap_bytes(const V&) {
    return 0;
}

inline http::Schema shape_of(const std::string&) {
    return http::schema::text();
}
inline http::Schema shape_of(const std::vector<std::string>&) {
    return http::schema::list_of(http::schema::text());
}
inline http::Schema shape_of(std::int64_t) {
    return http::schema::integer();
}
inline http::Schema shape_of(bool) {
    return http::schema::flag();
}
inline http::Schema shape_of(Timestamp) {
    return http::schema::instant();
}
template <class V>
http::Schema shape_of(const std::optional<V>&) {
    return shape_of(V()).nullable();
}

template <class T, class V>
http::Schema shape_in(const Member<T, V>& member) {
    if (member.shape != nullptr) {
        return member.shape();
    }
    if constexpr (std::is_enum_v<V>) {
        return http::schema::one_of(words<V>());
    } else {
        return shape_of(std::decay_t<decltype(plain(V()))>());
    }
}

template <class Table, class Visit>
void each_column(const Table& table, Visit visit) {
    each(table, [&visit](const auto& member) {
        if (member.column != nullptr) {
            visit(member);
        }
    });
}

/// A number for what a cached list consists of: columns, their types, the words of enums. Another
/// version of the program that shares the Redis may have others.
template <class Table>
std::int64_t layout_of(const Table& table) {
    std::string layout;
    each_column(table, [&layout]<class T, class V>(const Member<T, V>& member) {
        layout.append(member.column).append(" ").append(typeid(V).name());
        if constexpr (std::is_enum_v<V>) {
            for (const auto word : words<V>()) {
                layout.append(" ").append(word);
            }
        }
        layout += '\n';
    });
    return std::int64_t{stable_hash(layout)};
}

void encode(SegmentWriter& out, const std::vector<sql::Value>& values);
sql::Row decode(SegmentReader& in, std::size_t values);

}  // namespace detail

/// Of several tables one.
template <class Front, class Back, class... More>
constexpr auto joined(const Front& front, const Back& back, const More&... more) {
    if constexpr (sizeof...(More) == 0) {
        return detail::join(front, back);
    } else {
        return joined(detail::join(front, back), more...);
    }
}

/// A table of some members only, in that order.
template <class Table, class T, class... V>
constexpr auto only(const Table& table, V T::*... values) {
    return entity::Table(detail::find(table, values)...);
}

/// The names of the columns, in the order of the table: of a SELECT or RETURNING that read() is
/// given.
template <class Table>
std::vector<std::string> column_names(const Table& table) {
    std::vector<std::string> names;
    detail::each_column(table, [&names](const auto& member) { names.push_back(member.column); });
    return names;
}

/// With the parameters of values(), and of the columns that the entity does not know behind them;
/// an update writes every column but the key.
std::string insert_into(const std::string& table, std::vector<std::string> names,
                        const std::vector<std::string>& more = {});
std::string update_of(const std::string& table, std::vector<std::string> names,
                      const std::vector<std::string>& more = {});
/// An insert that, where there is a row with the same `key`, writes every column but those and the
/// first.
std::string upsert_into(const std::string& table, std::vector<std::string> names,
                        const std::vector<std::string>& key,
                        const std::vector<std::string>& more = {});

/// `at`: the row's first column that is of the table.
template <class T, class Table>
T read(const sql::Row& row, const Table& table, std::size_t at = 0) {
    T entity;
    detail::each_column(table,
                        [&](const auto& member) { detail::take(row, at++, entity.*member.value); });
    return entity;
}

template <class T, class Table>
std::vector<T> read_all(const std::vector<sql::Row>& rows, const Table& table) {
    std::vector<T> entities;
    entities.reserve(rows.size());
    for (const auto& row : rows) {
        entities.push_back(read<T>(row, table));
    }
    return entities;
}

/// Behind those that are in `all`.
template <class T, class Table, class... More>
void append_values(std::vector<sql::Value>& all, const T& entity, const Table& table,
                   const More&... more) {
    all.reserve(all.size() + Table::kSize + sizeof...(More));
    detail::each_column(table, [&](const auto& member) {
        all.push_back(sql::to_value(detail::plain(entity.*member.value)));
    });
    (all.push_back(sql::to_value(more)), ...);
}

template <class T, class Table, class... More>
std::vector<sql::Value> values(const T& entity, const Table& table, const More&... more) {
    std::vector<sql::Value> all;
    append_values(all, entity, table, more...);
    return all;
}

/// Members into the open object.
template <class T, class Table>
void write(http::JsonWriter& json, const T& entity, const Table& table) {
    detail::each(table, [&](const auto& member) {
        if (member.name == nullptr) {
            return;
        }
        const auto& value = entity.*member.value;
        if constexpr (std::is_same_v<decltype(value), const std::string&>) {
            if (member.empty == Empty::null && value.empty()) {
                json.member_null(member.name);
                return;
            }
        }
        if (member.as_json != nullptr) {
            json.member_raw(member.name, member.as_json(value));
        } else {
            json.member(member.name, detail::plain(value));
        }
    });
}

template <class T, class Table>
std::string object(const T& entity, const Table& table) {
    http::JsonWriter json;
    write(json.begin_object(), entity, table);
    return json.end_object().take();
}

/// An object, or null, as the next value.
template <class T, class Table>
void write_maybe(http::JsonWriter& json, const std::optional<T>& entity, const Table& table) {
    json.raw(entity ? object(*entity, table) : "null");
}

/// An object for each, as the next value.
template <class T, class Table>
void write_all(http::JsonWriter& json, const std::vector<T>& entities, const Table& table) {
    json.begin_array();
    for (const auto& entity : entities) {
        json.begin_object();
        write(json, entity, table);
        json.end_object();
    }
    json.end_array();
}

/// What a list of them holds on the heap.
template <class T, class Table>
std::size_t heap_bytes(const std::vector<T>& entities, const Table& table) {
    std::size_t bytes = entities.capacity() * sizeof(T);
    for (const auto& entity : entities) {
        detail::each_column(
            table, [&](const auto& member) { bytes += detail::heap_bytes(entity.*member.value); });
    }
    return bytes;
}

template <class Table>
http::Members shapes(const Table& table) {
    http::Members all;
    detail::each(table, [&all](const auto& member) {
        if (member.name != nullptr) {
            const auto shape = detail::shape_in(member);
            all.push_back({member.name, member.empty == Empty::null ? shape.nullable() : shape});
        }
    });
    return all;
}

/// A list as one cached value, and back; nothing when the bytes are of another format or table.
template <class T, class Table>
std::string encode(char format, const std::vector<T>& entities, const Table& table) {
    SegmentWriter out(format);
    out.number(detail::layout_of(table));
    out.number(static_cast<std::int64_t>(entities.size()));
    for (const auto& entity : entities) {
        detail::encode(out, values(entity, table));
    }
    return out.take();
}

template <class T, class Table>
std::optional<std::vector<T>> decode(char format, std::string_view bytes, const Table& table) {
    const auto width = column_names(table).size();
    SegmentReader in(bytes, format);
    if (in.number() != detail::layout_of(table)) {
        return std::nullopt;
    }
    std::vector<T> entities;
    for (auto left = in.count(); left > 0 && in.ok(); --left) {
        const auto row = detail::decode(in, width);
        if (in.ok()) {
            entities.push_back(read<T>(row, table));
        }
    }
    return in.ok() ? std::optional(std::move(entities)) : std::nullopt;
}

}  // namespace tripos::entity
