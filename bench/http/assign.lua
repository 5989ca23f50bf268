-- What wrk sends: POST /v1/assign for units drawn from a million, with three attributes. The method of `baseline` is GET of a
-- file, which asks less of a server than a POST with a body.
--   wrk ... -s assign.lua -- assign CLIENT_KEY     wrk ... -s assign.lua -- baseline PATH
local units = 1000000
local countries = {"DE", "FR", "AT", "US"}
local browsers = {"firefox", "chrome", "safari"}
local heads, tails = "", {}
local random = math.random

local function prepare_assign(key)
  for age = 10, 69 do
    local country = countries[age % #countries + 1]
    local browser = browsers[age % #browsers + 1]
    tails[#tails + 1] = string.format('","attributes":{"country":"%s","age":%d,"browser":"%s"}}', country, age, browser)
  end
  local start = '{"unit":"user-'
  local lengths = {}
  for i, tail in ipairs(tails) do lengths[i] = #start + 7 + #tail end
  for i, tail in ipairs(tails) do
    tails[i] = {head = "POST /v1/assign HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\nX-Client-Key: " ..
                  key .. "\r\nContent-Length: " .. lengths[i] .. "\r\n\r\n" .. start, tail = tail}
  end
end

function init(arguments)
  if arguments[1] == "assign" then
    prepare_assign(arguments[2])
  else
    local text = "GET " .. arguments[2] .. " HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n"
    request = function() random(units) return text end
  end
end

function request()
  local number = random(units)
  local around = tails[number % #tails + 1]
  return around.head .. string.format("%07d", number) .. around.tail
end
