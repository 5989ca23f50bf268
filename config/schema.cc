#include "config/schema.h"

namespace converge {

std::string_view definitions_schema() {
  // The same text as docs/reference/definitions.schema.json; a test compares them with each other,
  // with accepted_members() and with what the loader accepts.
  static constexpr std::string_view kSchema = R"json({
  "$schema": "https://json-schema.org/draft/2020-12/schema",
  "$id": "https://converge.invalid/schema/v1/definitions.json",
  "title": "Converge definition file",
  "type": "object",
  "additionalProperties": false,
  "required": ["apiVersion"],
  "properties": {
    "apiVersion": {"description": "Version of this format.", "const": "converge/v1"},
    "timezone": {
      "description": "IANA time zone of days, weeks and looks.",
      "type": "string",
      "default": "UTC"
    },
    "units": {
      "description": "Unit kind: attribute that carries its id. The first kind is the default.",
      "type": "object",
      "maxProperties": 16,
      "propertyNames": {"minLength": 1},
      "additionalProperties": {"$ref": "#/$defs/name"}
    },
    "layers": {
      "description": "Experiments of one layer never share a unit. Without this list a layer is what experiments name.",
      "type": "object",
      "maxProperties": 200,
      "propertyNames": {"$ref": "#/$defs/key"},
      "additionalProperties": {"$ref": "#/$defs/layer"}
    },
    "holdout": {"description": "Kept out of every experiment.", "$ref": "#/$defs/holdout"},
    "saved_groups": {
      "description": "Lists that $inGroup names.",
      "type": "object",
      "maxProperties": 2000,
      "additionalProperties": {"type": ["array", "object"]}
    },
    "flags": {
      "description": "Flags with rules. Experiments imply a flag of their own.",
      "type": "object",
      "maxProperties": 2000,
      "propertyNames": {"minLength": 1},
      "additionalProperties": {"$ref": "#/$defs/flag"}
    },
    "growthbook": {
      "description": "What a GrowthBook payload carries beside features and saved groups; export gives it back.",
      "type": "object"
    },
    "metrics": {
      "description": "Metrics by key.",
      "type": "object",
      "propertyNames": {"$ref": "#/$defs/key"},
      "additionalProperties": {"$ref": "#/$defs/metric"}
    },
    "experiments": {
      "description": "Experiments.",
      "type": "array",
      "items": {"$ref": "#/$defs/experiment"},
      "maxItems": 1000
    }
  },
  "$defs": {
    "key": {"type": "string", "pattern": "^[a-z0-9][a-z0-9_-]{0,63}$"},
    "name": {"type": "string", "minLength": 1, "maxLength": 256},
    "duration": {"type": "string", "pattern": "^([0-9]+[mhd]|0s)$"},
    "positiveDuration": {"type": "string", "pattern": "^0*[1-9][0-9]*[mhd]$"},
    "percentage": {"type": "string", "pattern": "^(0|[1-9][0-9]*)(\\.[0-9]+)?%$"},
    "share": {
      "anyOf": [{"type": "number", "exclusiveMinimum": 0, "maximum": 1}, {"$ref": "#/$defs/percentage"}]
    },
    "scale": {
      "description": "A power of ten from 1e-12 to 1.",
      "enum": [1, 0.1, 0.01, 0.001, 0.0001, 1e-05, 1e-06, 1e-07, 1e-08, 1e-09, 1e-10, 1e-11, 1e-12],
      "default": 1e-06
    },
    "seed": {"type": "string", "pattern": "^[ -~]{1,256}$"},
    "layer": {
      "type": ["object", "null"],
      "additionalProperties": false,
      "properties": {
        "seed": {"description": "Seed of the layer's hash; its key when absent.", "$ref": "#/$defs/seed"}
      }
    },
    "holdout": {
      "type": "object",
      "additionalProperties": false,
      "required": ["share"],
      "properties": {
        "share": {"description": "Share of all units.", "$ref": "#/$defs/share"},
        "seed": {
          "description": "Seed of its hash.",
          "$ref": "#/$defs/seed",
          "default": "holdout"
        }
      }
    },
    "flag": {
      "type": "object",
      "additionalProperties": false,
      "properties": {
        "default": {"description": "What the flag evaluates to when no rule answers."},
        "rules": {
          "description": "The first rule that answers wins.",
          "type": "array",
          "items": {"$ref": "#/$defs/rule"},
          "maxItems": 200
        },
        "growthbook": {"description": "Further members of the feature; export gives them back.", "type": "object"}
      }
    },
    "bounds": {
      "type": "array",
      "items": {"type": "number"},
      "minItems": 2,
      "maxItems": 2
    },
    "rule": {
      "description": "A GrowthBook feature rule, or the place of an experiment.",
      "type": "object",
      "additionalProperties": false,
      "properties": {
        "experiment": {"description": "The rules of this experiment stand here.", "$ref": "#/$defs/key"},
        "percentage": {
          "description": "Share of the units that get force, under the seed <flag>/percentage.",
          "anyOf": [{"type": "number", "minimum": 0, "maximum": 1}, {"$ref": "#/$defs/percentage"}]
        },
        "growthbook": {"description": "Further members of the rule; not evaluated, export gives them back.", "type": "object"},
        "id": {"type": "string"},
        "condition": {"description": "GrowthBook condition over attributes.", "type": "object"},
        "parentConditions": {"description": "Prerequisite flags.", "type": "array", "maxItems": 200},
        "filters": {"description": "Hash filters.", "type": "array", "maxItems": 200},
        "force": {"description": "The value."},
        "range": {"description": "Share of the units that get force, as [from, until).", "$ref": "#/$defs/bounds"},
        "coverage": {"description": "Share of the units, from 0 to 1.", "type": "number", "minimum": 0, "maximum": 1},
        "hashAttribute": {"type": "string"},
        "hashVersion": {"enum": [1, 2]},
        "seed": {"type": "string"},
        "tracks": {"type": "array", "maxItems": 200},
        "key": {"type": "string"},
        "variations": {"type": "array", "minItems": 2, "maxItems": 100},
        "contextualVariations": {"type": "array", "minItems": 2, "maxItems": 100},
        "contextualBanditRef": {},
        "weights": {"type": "array", "items": {"type": "number"}, "maxItems": 100},
        "ranges": {"type": "array", "items": {"$ref": "#/$defs/bounds"}, "maxItems": 100},
        "meta": {"type": "array", "maxItems": 200},
        "namespace": {},
        "fallbackAttribute": {"type": "string"},
        "disableStickyBucketing": {},
        "bucketVersion": {},
        "minBucketVersion": {},
        "name": {"type": "string"},
        "phase": {}
      }
    },
    "filters": {
      "type": "object",
      "minProperties": 1,
      "maxProperties": 16,
      "propertyNames": {"minLength": 1},
      "additionalProperties": {"type": ["string", "number", "boolean"]}
    },
    "part": {
      "type": "object",
      "additionalProperties": false,
      "required": ["event"],
      "properties": {
        "event": {"description": "Name of the outcomes that count.", "$ref": "#/$defs/name"},
        "sum": {
          "description": "Property to add up; true adds up the top-level value.",
          "anyOf": [{"$ref": "#/$defs/name"}, {"const": true}]
        },
        "count": {"description": "Counts outcomes.", "const": true},
        "scale": {"description": "Quantum of the sum.", "$ref": "#/$defs/scale"},
        "where": {
          "description": "Keeps outcomes whose properties equal these.",
          "$ref": "#/$defs/filters"
        }
      },
      "oneOf": [{"required": ["sum"]}, {"required": ["count"], "properties": {"scale": false}}]
    },
    "metric": {
      "type": "object",
      "additionalProperties": false,
      "required": ["type"],
      "properties": {
        "type": {
          "description": "What is computed per unit.",
          "enum": ["conversion", "count", "sum", "ratio"]
        },
        "event": {"description": "Name of the outcomes that count.", "$ref": "#/$defs/name"},
        "where": {
          "description": "Keeps outcomes whose properties equal these.",
          "$ref": "#/$defs/filters"
        },
        "value": {
          "description": "sum: property to add up; the top-level value when absent.",
          "$ref": "#/$defs/name"
        },
        "scale": {"description": "sum: quantum of the values.", "$ref": "#/$defs/scale"},
        "numerator": {"description": "ratio: what stands above.", "$ref": "#/$defs/part"},
        "denominator": {"description": "ratio: what stands below.", "$ref": "#/$defs/part"},
        "window": {
          "description": "Counts outcomes in [exposure, exposure + window).",
          "$ref": "#/$defs/positiveDuration"
        },
        "direction": {
          "description": "Which way is better.",
          "enum": ["increase", "decrease"],
          "default": "increase"
        }
      },
      "allOf": [
        {
          "if": {"required": ["type"], "properties": {"type": {"const": "conversion"}}},
          "then": {
            "required": ["event"],
            "properties": {"value": false, "scale": false, "numerator": false, "denominator": false}
          }
        },
        {
          "if": {"required": ["type"], "properties": {"type": {"const": "count"}}},
          "then": {
            "required": ["event"],
            "properties": {"value": false, "scale": false, "numerator": false, "denominator": false}
          }
        },
        {
          "if": {"required": ["type"], "properties": {"type": {"const": "sum"}}},
          "then": {"required": ["event"], "properties": {"numerator": false, "denominator": false}}
        },
        {
          "if": {"required": ["type"], "properties": {"type": {"const": "ratio"}}},
          "then": {
            "required": ["numerator", "denominator"],
            "properties": {"event": false, "where": false, "value": false, "scale": false}
          }
        }
      ]
    },
    "variant": {
      "type": "object",
      "additionalProperties": false,
      "required": ["key"],
      "properties": {
        "key": {
          "description": "A key made of digits must be the variant's position, counted from 0.",
          "$ref": "#/$defs/key"
        },
        "weight": {
          "description": "All weights add up to 100 (or to 1); none at all means equal shares.",
          "anyOf": [{"type": "number", "minimum": 0}, {"$ref": "#/$defs/percentage"}]
        },
        "value": {"description": "What the flag evaluates to; the key when absent."}
      }
    },
    "metricUse": {
      "type": "object",
      "additionalProperties": false,
      "required": ["metric", "role"],
      "properties": {
        "metric": {"description": "Key of a metric.", "type": "string"},
        "role": {
          "description": "What the rule does with it.",
          "enum": ["success", "guardrail", "deterioration", "quality"]
        },
        "margin": {
          "description": "guardrail: how much worse it may get.",
          "anyOf": [{"type": "number", "exclusiveMinimum": 0}, {"$ref": "#/$defs/percentage"}]
        },
        "difference": {
          "description": "Scale of the margin: relative (a percentage) or absolute (in the unit of the metric).",
          "enum": ["relative", "absolute"]
        },
        "minimum_detectable_effect": {"description": "Relative effect worth finding.", "$ref": "#/$defs/share"}
      },
      "allOf": [
        {
          "if": {"required": ["role"], "properties": {"role": {"const": "guardrail"}}},
          "then": {"required": ["margin"]},
          "else": {"properties": {"margin": false, "difference": false}}
        },
        {
          "if": {"required": ["margin"], "properties": {"margin": {"type": "number"}}},
          "then": {"required": ["difference"]}
        }
      ]
    },
    "analysis": {
      "type": "object",
      "additionalProperties": false,
      "properties": {
        "method": {
          "description": "How looks are protected.",
          "enum": ["auto", "confidence_sequence"],
          "default": "auto"
        },
        "alpha": {
          "description": "Two-sided error rate.",
          "anyOf": [
            {"type": "number", "exclusiveMinimum": 0, "exclusiveMaximum": 0.5},
            {"$ref": "#/$defs/percentage"}
          ],
          "default": 0.05
        },
        "max_sample": {
          "description": "Planned matured units over all variants.",
          "type": "integer",
          "minimum": 2,
          "maximum": 1000000000000
        },
        "looks": {
          "description": "When success and non-inferiority are judged.",
          "enum": ["daily", "weekly"],
          "default": "weekly"
        }
      }
    },
    "shipWhen": {
      "type": "object",
      "additionalProperties": false,
      "properties": {
        "success": {
          "description": "Whether any or all success metrics must be won.",
          "enum": ["any", "all"],
          "default": "any"
        },
        "guardrails": {"description": "Every guardrail must be non-inferior.", "const": "all_noninferior"},
        "deterioration": {"description": "No deterioration metric may be proven worse.", "const": "none"}
      }
    },
    "onShip": {
      "type": "object",
      "additionalProperties": false,
      "required": ["action"],
      "properties": {
        "action": {"description": "What a ship verdict does.", "enum": ["promote", "recommend"]},
        "ramp": {
          "description": "Shares of the winner, rising, the last one 100%.",
          "type": "array",
          "items": {"$ref": "#/$defs/share"},
          "minItems": 1,
          "maxItems": 20
        },
        "hold": {"description": "Time between two steps.", "$ref": "#/$defs/positiveDuration"},
        "holdback": {
          "description": "Share of eligible units of each range of the holdback pair.",
          "$ref": "#/$defs/share"
        },
        "holdback_days": {
          "description": "How long the pair is watched after the last step.",
          "type": "integer",
          "minimum": 1,
          "maximum": 3650
        }
      },
      "allOf": [
        {
          "if": {
            "anyOf": [
              {"required": ["ramp"]},
              {"required": ["action"], "properties": {"action": {"const": "promote"}}}
            ]
          },
          "then": {"required": ["ramp", "hold", "holdback", "holdback_days"]},
          "else": {"properties": {"hold": false, "holdback": false, "holdback_days": false}}
        }
      ]
    },
    "decision": {
      "type": "object",
      "additionalProperties": false,
      "required": ["min_days", "max_days"],
      "properties": {
        "min_days": {
          "description": "Whole weeks before the first decision.",
          "type": "integer",
          "minimum": 7,
          "maximum": 3650,
          "multipleOf": 7
        },
        "max_days": {
          "description": "The end: at least min_days + longest window of the rule + lateness.",
          "type": "integer",
          "minimum": 1,
          "maximum": 3650
        },
        "ship_when": {
          "description": "What must hold to ship; data health is always required.",
          "$ref": "#/$defs/shipWhen"
        },
        "on_ship": {"description": "What then happens.", "$ref": "#/$defs/onShip"},
        "on_guardrail_breach": {
          "description": "What proven harm does.",
          "enum": ["rollback", "recommend"],
          "default": "recommend"
        },
        "on_expiry": {
          "description": "What max_days without a decision does.",
          "enum": ["keep_control", "discuss"],
          "default": "keep_control"
        }
      }
    },
    "experiment": {
      "type": "object",
      "additionalProperties": false,
      "required": ["key", "unit", "variants", "metrics"],
      "properties": {
        "key": {
          "description": "Unique name; keys that end in --holdback are reserved.",
          "$ref": "#/$defs/key"
        },
        "status": {
          "description": "What its author wants.",
          "enum": ["draft", "running", "stopped"],
          "default": "draft"
        },
        "start_at": {
          "description": "RFC 3339; in the past only with assignment: external.",
          "type": "string",
          "pattern": "^[0-9]{4}-[0-9]{2}-[0-9]{2}[Tt][0-9]{2}:[0-9]{2}:[0-9]{2}(\\.[0-9]+)?([Zz]|[+-][0-9]{2}:[0-9]{2})$"
        },
        "hypothesis": {"description": "For people.", "type": "string"},
        "owner": {"description": "For people.", "type": "string"},
        "unit": {"description": "Unit kind that is randomised.", "$ref": "#/$defs/name"},
        "fallback_attribute": {
          "description": "With sticky: read when the unit's own attribute is missing.",
          "$ref": "#/$defs/name"
        },
        "sticky": {
          "description": "Members keep their variant by a stored document.",
          "type": "boolean",
          "default": false
        },
        "layer": {"description": "Experiments of one layer never share a unit.", "$ref": "#/$defs/key"},
        "seed": {"description": "Seed of the hash; the key when absent.", "$ref": "#/$defs/seed"},
        "traffic": {"description": "Share of eligible units that take part.", "$ref": "#/$defs/share"},
        "condition": {
          "description": "GrowthBook condition over attributes; null is everyone.",
          "type": ["object", "null"]
        },
        "flag": {
          "description": "Flag key that SDKs evaluate; the experiment's key when absent.",
          "$ref": "#/$defs/name"
        },
        "variants": {
          "description": "The first is the control.",
          "type": "array",
          "items": {"$ref": "#/$defs/variant"},
          "minItems": 2,
          "maxItems": 100
        },
        "segments": {
          "description": "Attributes at first exposure to split results by.",
          "type": "array",
          "items": {"$ref": "#/$defs/name"},
          "maxItems": 16
        },
        "metrics": {
          "description": "What is measured and in which role.",
          "type": "array",
          "items": {"$ref": "#/$defs/metricUse"},
          "minItems": 1,
          "maxItems": 200
        },
        "analysis": {"description": "How it is analysed.", "$ref": "#/$defs/analysis"},
        "decision": {
          "description": "The rule; without it there are results only.",
          "$ref": "#/$defs/decision"
        },
        "assignment": {
          "description": "external: another system assigns, Converge analyses.",
          "enum": ["native", "external"],
          "default": "native"
        },
        "lateness": {"description": "How late events may arrive.", "$ref": "#/$defs/duration"},
        "phase": {"description": "Allows the change that comes with it to reshuffle.", "const": "next"}
      }
    }
  }
}
)json";
  return kSchema;
}

}  // namespace converge
