// What the page says, in Chinese and English.

const ZH = {
  title: "在线客服", shop: "在线客服",
  connecting: "正在连接…", offline: "连接中断，正在重连…", here: "在线，很高兴为您服务",
  away: "现在无人值守，留言后会尽快回复", typing: "对方正在输入…",
  greeting: "您好，欢迎光临！有什么可以帮您？", greetingAway: "您好，客服暂时不在。请留言，我们上线后第一时间回复您。",
  placeholder: "请输入消息…", send: "发送", emoji: "表情", picture: "发送图片", close: "收起聊天窗口", language: "EN",
  languageLabel: "Switch to English", older: "查看更早的消息", later: "系统繁忙，请稍后再试", newest: "最新消息", thread: "聊天记录",
  sending: "发送中…", waiting: "等待发送…", delivered: "已送达", read: "已读", failed: "未发送", edit: "修改", drop: "删除",
  today: "今天", yesterday: "昨天", me: "我", agent: "客服", image: "图片", openImage: "查看大图", download: "下载文件",
  looking: "正在浏览", myOrder: "我的订单", sendThis: "发给客服", dismiss: "不发送", product: "商品", order: "订单",
  view: "查看", number: "编号", total: "实付", items: (n) => `共 ${n} 件`,
  confirmTitle: "请核对收货信息", recipient: "收货人", phone: "手机号", address: "收货地址", goods: "商品", promise: "发货承诺",
  orderNumber: "订单号", confirm: "信息无误", change: "我要修改", confirmed: "您已确认，信息无误", corrected: "您已提交修改，客服会核实",
  formTitle: "修改收货信息", province: "省份", city: "城市", district: "区县", detail: "详细地址（街道、门牌号）",
  keepPhone: (masked) => `不修改请留空（${masked}）`, submit: "提交修改", cancel: "取消", choose: "请选择",
  badPhone: "请填写正确的手机号或固话", badAddress: "请把省市区和详细地址填写完整", nothingChanged: "您还没有修改任何内容",
  saidConfirmed: "信息无误，请安排发货", saidCorrected: "请按修改后的信息发货",
  leaveTitle: "给我们留言", leaveHint: "请留下称呼和联系方式，我们上线后联系您。", yourName: "怎么称呼您", contact: "手机或邮箱",
  message: "留言内容", leave: "提交留言", left: "留言已提交，我们会尽快联系您。", contactNeeded: "请填写联系方式和留言内容", contactLine: "联系方式",
  recalled: "对方撤回了一条消息",
  rateTitle: "请评价本次服务", levels: { 5: "很满意", 4: "满意", 3: "一般", 2: "不满意", 1: "很不满意" },
  rateMore: "想说点什么吗？（选填）", rateSend: "提交评价", rateChoose: "请先选择满意程度", rated: (level) => `您的评价：${level}，谢谢！`,
  refused: {
    rate: "发送太快了，稍后会自动重发", script: "消息含有脚本代码，不能发送", too_long: "消息太长（最多 2000 字）",
    too_large: "图片太大（最大 5 MB）", no_picture: "只能发送 PNG、JPG、GIF、WebP 图片", busy: "系统繁忙，稍后自动重发",
    declined: "这条内容已失效，无法提交", bad_message: "消息无法识别", empty: "消息是空的",
    quota: "今天发送的图片太多了，请明天再发或用文字说明",
  },
  reasons: {
    shipped: "订单已发货，不能在这里修改地址，请联系客服", answered: "您已经回复过这张卡片了", newer_card: "请回复最新的核对卡片",
    bad_name: "收货人姓名不正确，请检查", too_long: "内容太长，请缩短", card_outdated: "订单信息刚有变化，请让客服重新发送核对卡片", bad_phone: "手机号或固话不正确，请检查", bad_address: "地址不完整或省市区不一致，请检查",
  },
};

const EN = {
  title: "Chat with us", shop: "Customer service",
  connecting: "Connecting…", offline: "Connection lost, reconnecting…", here: "Online, happy to help",
  away: "Nobody is here now; leave a message", typing: "Typing…",
  greeting: "Hello and welcome! How can we help?", greetingAway: "Hello! We are away right now. Leave a message and we will get back to you.",
  placeholder: "Write a message…", send: "Send", emoji: "Emoji", picture: "Send a picture", close: "Close the chat", language: "中文",
  languageLabel: "切换到中文", older: "Show earlier messages", later: "Busy right now; please try again shortly", newest: "Newest messages", thread: "Messages",
  sending: "Sending…", waiting: "Waiting to be sent…", delivered: "Delivered", read: "Read", failed: "Not sent", edit: "Edit", drop: "Delete",
  today: "Today", yesterday: "Yesterday", me: "Me", agent: "Shop", image: "Picture", openImage: "Open the picture", download: "Download",
  looking: "You are looking at", myOrder: "My order", sendThis: "Send to us", dismiss: "Don't send", product: "Product", order: "Order",
  view: "View", number: "No.", total: "Paid", items: (n) => (n === 1 ? "1 item" : `${n} items`),
  confirmTitle: "Please check your delivery details", recipient: "Recipient", phone: "Phone", address: "Address", goods: "Items", promise: "Dispatch",
  orderNumber: "Order", confirm: "All correct", change: "Change", confirmed: "You confirmed these details", corrected: "You sent a change; we will check it",
  formTitle: "Change the delivery details", province: "Province", city: "City", district: "District", detail: "Street and number",
  keepPhone: (masked) => `Leave empty to keep ${masked}`, submit: "Send the change", cancel: "Cancel", choose: "Choose",
  badPhone: "Please enter a valid phone number", badAddress: "Please fill in the whole address", nothingChanged: "You have not changed anything yet",
  saidConfirmed: "All correct, please ship", saidCorrected: "Please ship to the changed details",
  leaveTitle: "Leave a message", leaveHint: "Tell us how to reach you and we will get back to you.", yourName: "Your name", contact: "Phone or e-mail",
  message: "Message", leave: "Send", left: "Thank you. We will be in touch soon.", contactNeeded: "Please fill in contact and message", contactLine: "Contact",
  recalled: "A message was taken back",
  rateTitle: "How satisfied are you with our service?", levels: { 5: "Very satisfied", 4: "Satisfied", 3: "So-so", 2: "Dissatisfied", 1: "Very dissatisfied" },
  rateMore: "Anything to add? (optional)", rateSend: "Send", rateChoose: "Please choose how satisfied you are", rated: (level) => `You said: ${level}. Thank you!`,
  refused: {
    rate: "You are sending very fast; it will be sent shortly", script: "The message contains script code and can't be sent",
    too_long: "The message is too long (2,000 characters at most)", too_large: "The picture is too large (5 MB at most)",
    no_picture: "Only PNG, JPG, GIF and WebP pictures can be sent", busy: "Busy right now; it will be sent shortly",
    declined: "This is no longer valid and can't be sent", bad_message: "The message can't be read", empty: "The message is empty",
    quota: "Too many pictures today; please send more tomorrow, or tell us in words",
  },
  reasons: {
    shipped: "The order has been shipped; please ask us about the address", answered: "You have answered this card already",
    newer_card: "Please answer the newest card", card_outdated: "The order has just changed; please ask for a new card",
    bad_name: "The name is not right, please check it", too_long: "This is too long, please shorten it",
    bad_phone: "The phone number is not right, please check it", bad_address: "The address is incomplete, please check it",
  },
};

export let language = "zh";
export let t = ZH;

export function speak(name) {
  language = name === "en" ? "en" : "zh";
  t = language === "en" ? EN : ZH;
  document.documentElement.lang = language === "en" ? "en" : "zh-CN";
  document.title = t.title;
}

const locale = () => (language === "en" ? "en-GB" : "zh-CN");

export function moment(ms) {
  const date = new Date(ms), now = new Date();
  const time = date.toLocaleTimeString(locale(), { hour: "2-digit", minute: "2-digit", hour12: false });
  const days = Math.round((new Date(now).setHours(0, 0, 0, 0) - new Date(date).setHours(0, 0, 0, 0)) / 864e5);
  if (days === 0) return time;
  if (days === 1) return `${t.yesterday} ${time}`;
  return `${date.toLocaleDateString(locale(), { month: "short", day: "numeric" })} ${time}`;
}

export const fullMoment = (ms) => new Date(ms).toLocaleString(locale());

export function money(fen, currency = "CNY") {
  if (typeof fen !== "number") return "";
  return new Intl.NumberFormat(locale(), { style: "currency", currency: currency || "CNY", currencyDisplay: "narrowSymbol" }).format(fen / 100);
}
