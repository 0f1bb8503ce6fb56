// SPDX-License-Identifier: MIT
#pragma once
// Input tables: what requests may give of an entity, and how each member is read. Its name comes
// from the entity's own table (entity.hpp); what is read, what it changes and its description
// follow from the two.
//
//     constexpr auto kInputs = Table(entity::Input{&Exam::title, read_title}, ...);
//     const auto change = entity::read_change<Exam>(body, kMembers, kInputs);
//     change.apply(exam);

#include <functional>

#include "http/json_body.hpp"
#include "module/entity.hpp"

namespace tripos::entity {

/// A member that a request may give. `read(body, name)`, or `read(body, name, context)`, gives
/// nothing when it is absent or wrong; what is wrong with it, the body is told.
template <class T, class V, class Read>
struct Input {
    V T::*value;
    Read read;
    http::Schema (*shape)() = nullptr;  ///< null: the member's
};

/// What a request gives of a T; absent members stay as they are. A value.
template <class T>
class Change {
  public:
    template <class V>
    void set(V T::*member, V value) {
        sets_.push_back([member, value = std::move(value)](T& entity) { entity.*member = value; });
    }
    void apply(T& entity) const {
        for (const auto& set : sets_) {
            set(entity);
        }
    }

  private:
    std::vector<std::function<void(T&)>> sets_;
};

/// Reads one of an enum's words.
template <class E>
std::optional<E> read_word(http::BodyReader& body, const char* name) {
    const auto word = body.maybe_choice(name, words<E>());
    return word ? std::optional(from_text<E>(*word)) : std::nullopt;
}

/// `context`: what some of the inputs are read by.
template <class T, class Members, class Inputs, class... Context>
Change<T> read_change(http::BodyReader& body, const Members& members, const Inputs& inputs,
                      const Context&... context) {
    Change<T> change;
    detail::each(inputs, [&]<class V, class Read>(const Input<T, V, Read>& input) {
        const auto* const name = detail::find(members, input.value).name;
        std::optional<V> given;
        if constexpr (std::is_invocable_v<Read, http::BodyReader&, const char*>) {
            given = input.read(body, name);
        } else {
            given = input.read(body, name, context...);
        }
        if (given) {
            change.set(input.value, std::move(*given));
        }
    });
    return change;
}

/// Of a body none of whose members must be there.
template <class Members, class Inputs>
http::Members input_shapes(const Members& members, const Inputs& inputs) {
    http::Members all;
    detail::each(inputs, [&](const auto& input) {
        const auto member = detail::find(members, input.value);
        all.push_back({std::string(member.name) + '?',
                       input.shape != nullptr ? input.shape() : detail::shape_in(member)});
    });
    return all;
}

}  // namespace tripos::entity
