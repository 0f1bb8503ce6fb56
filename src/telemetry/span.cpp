// SPDX-License-Identifier: MIT
#include "telemetry/span.hpp"

#include "telemetry/tracer.hpp"

namespace tripos::trace {

namespace {

Position& place() {
    thread_local Position position;
    return position;
}

}  // namespace

Position here() {
    return place();
}

std::string traceparent_here() {
    const auto& position = place();
    return position.is_recorded() ? to_traceparent(position.context) : std::string();
}

Scope::Scope(const Position& position) : before_(std::exchange(place(), position)) {}

Scope::~Scope() {
    place() = before_;
}

Span::Span(std::string_view name, Kind kind) : Span(place(), name, kind) {}

Span::Span(const Position& parent, std::string_view name, Kind kind) {
    if (parent.is_recorded()) {
        Context own = parent.context;
        own.span_id = parent.tracer->new_span_id();
        *this = Span(*parent.tracer, own, parent.context.span_id, name, kind);
    }
}

Span::Span(Tracer& tracer, const Context& own, const SpanId& parent, std::string_view name,
           Kind kind)
    : tracer_(&tracer),
      begun_(std::chrono::steady_clock::now()),
      data_(std::make_unique<SpanData>()) {
    data_->name = name;
    data_->kind = kind;
    data_->context = own;
    data_->parent = parent;
    data_->begin = tracer.wall_time_of(begun_);
}

Span::~Span() {
    end();
}

Span& Span::operator=(Span&& other) noexcept {
    if (this != &other) {
        end();
        tracer_ = other.tracer_;
        begun_ = other.begun_;
        data_ = std::move(other.data_);
    }
    return *this;
}

void Span::end() {
    if (data_) {
        // By the steady clock: a step of the other meanwhile is no part of what this took.
        const auto took = std::chrono::steady_clock::now() - begun_;
        data_->end = data_->begin + std::chrono::nanoseconds(took).count();
        tracer_->take_over(std::move(data_));
    }
}

Position Span::position() const {
    return data_ ? Position{tracer_, data_->context} : Position{};
}

void Span::rename(std::string name) {
    if (data_) {
        data_->name = std::move(name);
    }
}

void Span::set(std::string_view key, std::string_view value) {
    if (data_) {
        data_->attributes.emplace_back(key, std::string(value));
    }
}

void Span::set(std::string_view key, std::int64_t value) {
    if (data_) {
        data_->attributes.emplace_back(key, value);
    }
}

void Span::fail(std::string_view type) {
    if (data_) {
        data_->has_failed = true;
        set("error.type", type);
    }
}

}  // namespace tripos::trace
