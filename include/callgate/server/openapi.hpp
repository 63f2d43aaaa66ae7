// SPDX-License-Identifier: Apache-2.0
// The OpenAPI document of the API, as GET /api/openapi.json gives it.
#pragma once

#include <string_view>

namespace callgate {

// api_routes.hpp is what the server does; a test compares the two.
inline constexpr std::string_view openapi_document =
    R"json({
 "openapi": "3.1.0",
 "info": {
  "title": "Callgate", "version": "1",
  "description": "What was received. HEAD answers where GET does"},
 "security": [{}, {"bearer": []}],
 "paths": {
  "/health": {
   "get": {
    "operationId": "health", "summary": "Whether the receiver and its store work",
    "responses": {
     "200": {
      "description": "It works, or the store is still opening",
      "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Health"}}}},
     "405": {"$ref": "#/components/responses/MethodNotAllowed"},
     "503": {
      "description": "The store fails, the disk is nearly full, or the receiver stops",
      "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Health"}}}}},
    "security": []}},
  "/api/openapi.json": {
   "get": {
    "operationId": "openapi", "summary": "This document",
    "responses": {
     "200": {
      "description": "This document",
      "content": {"application/json": {"schema": {"type": "object"}}}},
     "400": {"$ref": "#/components/responses/BadRequest"},
     "403": {"$ref": "#/components/responses/CrossSite"},
     "404": {"$ref": "#/components/responses/NotFound"},
     "405": {"$ref": "#/components/responses/MethodNotAllowed"},
     "503": {"$ref": "#/components/responses/Unavailable"}}}},
  "/api/history": {
   "get": {
    "operationId": "listHistory", "summary": "Tasks and quarantined bodies, newest first",
    "description": "A page looks at 10000 entries at most: a short one need not be the last",
    "parameters": [
     {"$ref": "#/components/parameters/provider"},
     {
      "name": "stage", "in": "query", "description": "Furthest stage",
      "schema": {"type": "string"}},
     {
      "name": "status", "in": "query", "description": "Status of the task",
      "schema": {"type": "string", "enum": ["pending", "processing", "completed", "failed"]}},
     {
      "name": "code", "in": "query", "description": "Code of the callback that set the stage",
      "schema": {"type": "integer"}},
     {
      "name": "from", "in": "query", "description": "The last callback came then or later",
      "schema": {"type": "string", "format": "date-time"}},
     {
      "name": "until", "in": "query", "description": "The last callback came before",
      "schema": {"type": "string", "format": "date-time"}},
     {
      "name": "text", "in": "query",
      "description": "Part of task id, record id, message or reason (the first 1024 bytes)",
      "schema": {"type": "string", "maxLength": 128}},
     {
      "name": "quarantined", "in": "query", "description": "Quarantined bodies",
      "schema": {"type": "string", "enum": ["only", "without", "both"], "default": "both"}},
     {
      "name": "limit", "in": "query", "description": "Entries of one page",
      "schema": {"type": "integer", "minimum": 1, "maximum": 500, "default": 50}},
     {
      "name": "cursor", "in": "query", "description": "next_cursor of the page before",
      "schema": {"type": "string"}}],
    "responses": {
     "200": {
      "description": "One page",
      "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Page"}}}},
     "400": {"$ref": "#/components/responses/BadRequest"},
     "403": {"$ref": "#/components/responses/CrossSite"},
     "404": {"$ref": "#/components/responses/NotFound"},
     "405": {"$ref": "#/components/responses/MethodNotAllowed"},
     "503": {"$ref": "#/components/responses/Unavailable"}}}},
  "/api/history/clear": {
   "post": {
    "operationId": "clearHistory", "summary": "Removes all that is there, or all of a provider",
    "description": "What comes meanwhile stays; a repeated delivery stays a duplicate",
    "parameters": [{"$ref": "#/components/parameters/provider"}],
    "requestBody": {
     "required": false,
     "content": {"application/json": {"schema": {"$ref": "#/components/schemas/ClearRequest"}}}},
    "responses": {
     "200": {
      "description": "How many entries were removed",
      "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Removed"}}}},
     "400": {"$ref": "#/components/responses/BadRequest"},
     "403": {"$ref": "#/components/responses/CrossSite"},
     "404": {"$ref": "#/components/responses/NotFound"},
     "405": {"$ref": "#/components/responses/MethodNotAllowed"},
     "413": {"$ref": "#/components/responses/TooLarge"},
     "415": {"$ref": "#/components/responses/UnsupportedMedia"},
     "503": {"$ref": "#/components/responses/Unavailable"}}}},
  "/api/history/cleanup": {
   "post": {
    "operationId": "cleanupHistory",
    "summary": "Removes entries whose last callback is older than some days",
    "parameters": [
     {
      "name": "days", "in": "query", "description": "Days; once, here or in the body",
      "schema": {"$ref": "#/components/schemas/Days"}}],
    "requestBody": {
     "required": false,
     "content": {"application/json": {"schema": {"$ref": "#/components/schemas/CleanupRequest"}}}},
    "responses": {
     "200": {
      "description": "How many entries were removed",
      "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Removed"}}}},
     "400": {"$ref": "#/components/responses/BadRequest"},
     "403": {"$ref": "#/components/responses/CrossSite"},
     "404": {"$ref": "#/components/responses/NotFound"},
     "405": {"$ref": "#/components/responses/MethodNotAllowed"},
     "413": {"$ref": "#/components/responses/TooLarge"},
     "415": {"$ref": "#/components/responses/UnsupportedMedia"},
     "503": {"$ref": "#/components/responses/Unavailable"}}}},
  "/api/history/{id}": {
   "get": {
    "operationId": "getEntry", "summary": "One entry with its timeline and a raw body",
    "parameters": [
     {"$ref": "#/components/parameters/id"}, {"$ref": "#/components/parameters/provider"}],
    "responses": {
     "200": {
      "description": "The entry",
      "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Entry"}}}},
     "400": {"$ref": "#/components/responses/BadRequest"},
     "403": {"$ref": "#/components/responses/CrossSite"},
     "404": {"$ref": "#/components/responses/NotFound"},
     "405": {"$ref": "#/components/responses/MethodNotAllowed"},
     "409": {
      "description": "Several entries have this name",
      "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Ambiguous"}}}},
     "503": {"$ref": "#/components/responses/Unavailable"}}},
   "delete": {
    "operationId": "removeEntry", "summary": "Removes one entry, by its entry id only",
    "parameters": [
     {
      "name": "id", "in": "path", "description": "Entry id",
      "schema": {"type": "string", "format": "uuid"}, "required": true}],
    "responses": {
     "204": {"description": "It is gone"}, "400": {"$ref": "#/components/responses/BadRequest"},
     "403": {"$ref": "#/components/responses/CrossSite"},
     "404": {"$ref": "#/components/responses/NotFound"},
     "405": {"$ref": "#/components/responses/MethodNotAllowed"},
     "503": {"$ref": "#/components/responses/Unavailable"}}}},
  "/api/history/{id}/raw": {
   "get": {
    "operationId": "getRaw", "summary": "The very bytes of a callback",
    "parameters": [
     {"$ref": "#/components/parameters/id"}, {"$ref": "#/components/parameters/provider"},
     {
      "name": "sequence", "in": "query",
      "description": "Of which event; absent: the body that the entry shows",
      "schema": {"type": "integer", "minimum": 1}}],
    "responses": {
     "200": {
      "description": "The body as it came",
      "content": {"application/json": {}, "application/octet-stream": {}}},
     "400": {"$ref": "#/components/responses/BadRequest"},
     "403": {"$ref": "#/components/responses/CrossSite"},
     "404": {"$ref": "#/components/responses/NotFound"},
     "405": {"$ref": "#/components/responses/MethodNotAllowed"},
     "409": {
      "description": "Several entries have this name",
      "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Ambiguous"}}}},
     "503": {"$ref": "#/components/responses/Unavailable"}}}},
  "/api/tasks": {
   "post": {
    "operationId": "registerTask", "summary": "Registers a task that callbacks are expected for",
    "description": "Callbacks that came first are joined; a higher attempt reopens the task",
    "requestBody": {
     "required": true,
     "content": {"application/json": {"schema": {"$ref": "#/components/schemas/NewTask"}}}},
    "responses": {
     "200": {
      "description": "It is joined with what was known of it",
      "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Task"}}}},
     "201": {
      "description": "Nothing was known of it",
      "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Task"}}}},
     "400": {"$ref": "#/components/responses/BadRequest"},
     "403": {"$ref": "#/components/responses/CrossSite"},
     "404": {"$ref": "#/components/responses/NotFound"},
     "405": {"$ref": "#/components/responses/MethodNotAllowed"},
     "409": {
      "description": "A later attempt is registered, or the provider is mounted more than once",
      "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Error"}}}},
     "413": {"$ref": "#/components/responses/TooLarge"},
     "415": {"$ref": "#/components/responses/UnsupportedMedia"},
     "503": {"$ref": "#/components/responses/Unavailable"}}}},
  "/api/events": {
   "get": {
    "operationId": "readEvents", "summary": "Stored events in the order of their sequence",
    "description": "Durable ones; none of a lower sequence comes later, removed ones leave holes",
    "parameters": [
     {
      "name": "after", "in": "query", "description": "Events with a higher sequence",
      "schema": {"type": "integer", "minimum": 0, "default": 0}},
     {
      "name": "limit", "in": "query",
      "description": "Events of one answer; 4 MiB of raw bodies end it, too",
      "schema": {"type": "integer", "minimum": 1, "maximum": 1000, "default": 100}},
     {
      "name": "wait", "in": "query", "description": "Seconds to wait for the first event",
      "schema": {"type": "integer", "minimum": 0, "maximum": 30, "default": 0}},
     {"$ref": "#/components/parameters/provider"}],
    "responses": {
     "200": {
      "description": "One Event per line; no line when there is none",
      "headers": {
       "X-Next-After": {
        "description": "after of the next request", "required": true,
        "schema": {"type": "integer"}}},
      "content": {"application/x-ndjson": {"schema": {"$ref": "#/components/schemas/Event"}}}},
     "400": {"$ref": "#/components/responses/BadRequest"},
     "403": {"$ref": "#/components/responses/CrossSite"},
     "404": {"$ref": "#/components/responses/NotFound"},
     "405": {"$ref": "#/components/responses/MethodNotAllowed"},
     "409": {
      "description": "after is beyond the last event: another store, or an older copy",
      "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Error"}}}},
     "503": {"$ref": "#/components/responses/Unavailable"}}}}},
 "components": {
  "securitySchemes": {
   "bearer": {
    "type": "http", "scheme": "bearer",
    "description": "CALLGATE_API_TOKEN; needless on a loopback address while none is set"}},
  "parameters": {
   "provider": {
    "name": "provider", "in": "query", "description": "Name of a mount or of a provider",
    "schema": {"type": "string"}},
   "id": {
    "name": "id", "in": "path", "description": "Entry id, task id or record id",
    "schema": {"type": "string"}, "required": true}},
  "responses": {
   "BadRequest": {
    "description": "A parameter, the query or the body is not what it must be",
    "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Error"}}}},
   "CrossSite": {
    "description": "A browser asks for a page of another site, or by another name than localhost",
    "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Error"}}}},
   "NotFound": {
    "description": "Nothing is there, or the asker may not know",
    "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Error"}}}},
   "MethodNotAllowed": {
    "description": "Allow names the methods",
    "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Error"}}}},
   "TooLarge": {
    "description": "The body is over 4 KiB",
    "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Error"}}}},
   "UnsupportedMedia": {
    "description": "The body is not application/json",
    "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Error"}}}},
   "Unavailable": {
    "description": "The store cannot be used now, or too many ask at once",
    "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Error"}}}}},
  "schemas": {
   "Error": {
    "type": "object", "required": ["error"],
    "properties": {
     "error": {"type": "string", "description": "For programs"},
     "message": {"type": "string", "description": "For people"}}},
   "Ambiguous": {
    "type": "object", "required": ["error", "message", "candidates"],
    "properties": {
     "error": {"const": "ambiguous"}, "message": {"type": "string"},
     "candidates": {
      "type": "array", "maxItems": 20,
      "items": {
       "type": "object", "required": ["id", "provider", "mount"],
       "properties": {
        "id": {"type": "string"}, "provider": {"type": "string"}, "mount": {"type": "string"}}}}}},
   "Health": {
    "type": "object", "required": ["status", "mode", "store"],
    "properties": {
     "status": {"enum": ["ok", "starting", "failing", "stopping"]},
     "mode": {"enum": ["active", "passive"]},
     "store": {"enum": ["ready", "opening", "failing", "stopped", "disk_floor"]}}},
   "Days": {"type": "integer", "minimum": 1, "maximum": 36500, "default": 15},
   "ClearRequest": {"type": "object", "additionalProperties": false},
   "CleanupRequest": {
    "type": "object", "additionalProperties": false,
    "properties": {"days": {"$ref": "#/components/schemas/Days"}}},
   "NewTask": {
    "type": "object", "required": ["provider", "task_id"], "additionalProperties": false,
    "properties": {
     "provider": {"type": "string", "minLength": 1, "description": "A mount or its provider"},
     "task_id": {"type": "string", "minLength": 1, "maxLength": 256},
     "attempt": {
      "type": "integer", "minimum": 1, "maximum": 1000000, "default": 1,
      "description": "Higher than before: the task begins anew"},
     "context": {
      "type": "object",
      "description": "For the provider's records, as its schema declares; null forgets one"}}},
   "Task": {
    "type": "object",
    "required": [
     "id", "provider", "mount", "task_id", "attempt", "status", "callbacks", "context"],
    "properties": {
     "id": {"type": "string", "description": "Of its entry in the history"},
     "provider": {"type": "string"}, "mount": {"type": "string"}, "task_id": {"type": "string"},
     "attempt": {"type": "integer", "minimum": 1},
     "status": {"enum": ["pending", "processing", "completed", "failed"]},
     "callback_progress": {"type": ["string", "null"], "description": "The furthest stage"},
     "callbacks": {"type": "integer", "description": "That came before"},
     "context": {"type": "object", "description": "As this request has registered it"}}},
   "Removed": {
    "type": "object", "required": ["removed", "complete"],
    "properties": {
     "removed": {"type": "integer", "minimum": 0},
     "complete": {"type": "boolean", "description": "false: ask again for the rest"}}},
   "Summary": {
    "type": "object",
    "required": [
     "id", "kind", "provider", "mount", "task_id", "record_id", "outcome", "sequence", "timestamp",
     "last_callback_time"],
    "properties": {
     "id": {"type": "string", "format": "uuid"}, "kind": {"enum": ["task", "quarantine"]},
     "provider": {"type": "string"}, "mount": {"type": "string"},
     "task_id": {"type": ["string", "null"]}, "record_id": {"type": ["string", "null"]},
     "status": {"enum": ["pending", "processing", "completed", "failed"]},
     "callback_progress": {"type": ["string", "null"]},
     "last_callback_type": {"type": ["string", "null"]},
     "status_code": {"type": ["integer", "null"]}, "status_message": {"type": ["string", "null"]},
     "code": {"$ref": "#/components/schemas/Code"},
     "callbacks": {"type": "integer"}, "outcome": {"type": "string"},
     "reason": {"type": ["string", "null"]}, "sequence": {"type": "integer"},
     "timestamp": {"type": "string", "format": "date-time"},
     "last_callback_time": {"type": "string", "format": "date-time"},
     "records": {
      "type": "object",
      "description": "An object or null for one row; arrays of others in a single entry only"}},
    "description": "status to callbacks and records are a task's, reason is a quarantined body's"},
   "Page": {
    "type": "object", "required": ["history", "next_cursor"],
    "properties": {
     "history": {"type": "array", "items": {"$ref": "#/components/schemas/Summary"}},
     "next_cursor": {"type": ["string", "null"], "description": "null: this was the last page"}}},
   "Entry": {
    "allOf": [
     {"$ref": "#/components/schemas/Summary"},
     {
      "type": "object",
      "properties": {
       "timeline": {
        "type": "array", "maxItems": 1000, "items": {"$ref": "#/components/schemas/TimelineItem"}},
       "timeline_truncated": {"type": "boolean", "description": "true: the newest 1000 are shown"},
       "stages": {"type": "array", "items": {"$ref": "#/components/schemas/ExpectedStage"}},
       "raw_data": {"description": "A JSON body"},
       "raw_text": {"type": "string", "description": "A body that is no JSON but UTF-8"},
       "raw_base64": {"type": "string", "contentEncoding": "base64"}}}]},
   "Code": {
    "type": "object", "description": "What the schema says of status_code, if it does",
    "required": ["name", "severity", "retry", "refunded", "meaning", "message"],
    "properties": {
     "name": {"type": "string"},
     "severity": {"enum": ["success", "info", "warning", "error"]},
     "retry": {"enum": ["never", "later", "safe", "changed_input"]},
     "refunded": {"type": "boolean"}, "meaning": {"type": "string", "description": "For operators"},
     "message": {"type": "object", "additionalProperties": {"type": "string"}}}},
   "ExpectedStage": {
    "type": "object", "required": ["name", "expected_at", "reached_at", "overdue"],
    "properties": {
     "name": {"type": "string"}, "expected_at": {"type": "string", "format": "date-time"},
     "reached_at": {"type": ["string", "null"], "format": "date-time"},
     "overdue": {"type": "boolean"}}},
   "TimelineItem": {
    "type": "object", "required": ["sequence", "outcome", "moved", "timestamp"],
    "properties": {
     "sequence": {"type": "integer"}, "callback_type": {"type": ["string", "null"]},
     "outcome": {"type": "string"}, "moved": {"type": "boolean"},
     "status_code": {"type": ["integer", "null"]}, "status_message": {"type": ["string", "null"]},
     "code": {"$ref": "#/components/schemas/Code"},
     "reason": {"type": ["string", "null"], "description": "Of processing_failed"},
     "timestamp": {"type": "string", "format": "date-time"}}},
   "Event": {
    "type": "object",
    "required": ["sequence", "provider", "mount", "task_id", "outcome", "moved", "timestamp"],
    "properties": {
     "sequence": {"type": "integer"}, "provider": {"type": "string"}, "mount": {"type": "string"},
     "task_id": {"type": "string"}, "record_id": {"type": ["string", "null"]},
     "stage": {"type": ["string", "null"]}, "outcome": {"type": "string"},
     "moved": {"type": "boolean"}, "status_code": {"type": ["integer", "null"]},
     "status_message": {"type": ["string", "null"]},
     "timestamp": {"type": "string", "format": "date-time"},
     "raw": {"description": "A JSON body; line breaks between its tokens are spaces"},
     "raw_text": {"type": "string", "description": "A body that is no JSON but UTF-8"},
     "raw_base64": {"type": "string", "contentEncoding": "base64"}}}}}})json";

}  // namespace callgate
